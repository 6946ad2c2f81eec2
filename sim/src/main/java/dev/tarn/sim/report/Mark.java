package dev.tarn.sim.report;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * A straight line across a chart at one value, such as the cliff at layers × k entries.
 *
 * @param on the axis its value belongs to
 * @param value where
 * @param label what happens there, in a few words
 */
public record Mark(On on, double value, String label) {
    /** The axis a mark's value belongs to. */
    public enum On {
        /** A vertical line. */
        X,
        /** A horizontal line. */
        Y;

        @JsonValue
        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A vertical line. */
    public static Mark atX(double value, String label) {
        return new Mark(On.X, value, label);
    }

    /** A horizontal line. */
    public static Mark atY(double value, String label) {
        return new Mark(On.Y, value, label);
    }
}
