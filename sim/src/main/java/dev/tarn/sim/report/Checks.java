package dev.tarn.sim.report;

import java.util.List;

/** The border of the report's records: each message names the part, both numbers and what to do. */
final class Checks {
    private Checks() {}

    static void named(String name, String what) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(what + " has no name: give it one");
        }
    }

    static void notEmpty(List<?> parts, String what, String owner, String title) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException(owner + " '" + title + "' has no " + what + ": give at least one");
        }
    }

    static void sameLength(int found, String what, int expected, String per, String title) {
        if (found != expected) {
            throw new IllegalArgumentException("'" + title + "' has " + found + " " + what + " for " + expected + " "
                    + per + ": give one for each");
        }
    }

    /** A logarithmic axis has no place for zero or less; a gap (NaN) is fine anywhere. */
    static void fits(Axis axis, double[] values, String name, String title) {
        if (axis.scale() == Axis.Scale.LINEAR) {
            return;
        }
        for (var value : values) {
            if (value <= 0) {
                throw new IllegalArgumentException("'" + name + "' of '" + title + "' has the value " + value
                        + " on the logarithmic axis '" + axis.name() + "': leave it out or use a linear axis");
            }
        }
    }
}
