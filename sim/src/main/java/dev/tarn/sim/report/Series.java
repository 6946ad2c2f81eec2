package dev.tarn.sim.report;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/**
 * One line of a {@link LineChart}. Series of one name keep one colour throughout a report.
 *
 * @param name shown in the legend
 * @param x ascending
 * @param y one per x; NaN leaves a gap
 * @param stroke how it is drawn
 */
public record Series(String name, double[] x, double[] y, Stroke stroke) {
    /** How a series is drawn. */
    public enum Stroke {
        /** A line. */
        SOLID,
        /** A broken line, for what is expected, bounded or by chance. */
        DASHED,
        /** Marks alone, for published figures. */
        POINTS;

        @JsonValue
        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks that there is one y per x, and that x ascends. */
    public Series {
        Checks.named(name, "a series");
        Checks.sameLength(y.length, "y values", x.length, "x values", name);
        for (var i = 1; i < x.length; i++) {
            if (!(x[i - 1] <= x[i])) {
                throw new IllegalArgumentException("series '" + name + "' has x " + x[i - 1] + " before " + x[i]
                        + " at index " + i + ": sort it by x");
            }
        }
    }

    /** A plain line. */
    public static Series of(String name, double[] x, double[] y) {
        return new Series(name, x, y, Stroke.SOLID);
    }

    /** The same series drawn as a broken line. */
    public Series dashed() {
        return new Series(name, x, y, Stroke.DASHED);
    }

    /** The same series drawn as marks alone. */
    public Series points() {
        return new Series(name, x, y, Stroke.POINTS);
    }

    /**
     * The same series without the points that add nothing: a point stays if y has moved by more than {@code tolerance} since the
     * last one kept, and so does its predecessor, so that a cliff stays as steep as it was. A monotone curve of range 1 keeps at
     * most 2 / tolerance + 2 points, however many capacities were simulated.
     */
    public Series thinned(double tolerance) {
        var kept = new int[x.length];
        var n = 0;
        for (var i = 0; i < x.length; i++) {
            var moved = n == 0 || !(Math.abs(y[i] - y[kept[n - 1]]) <= tolerance);
            if (moved || i == x.length - 1) {
                if (n > 0 && kept[n - 1] < i - 1) {
                    kept[n++] = i - 1;
                }
                kept[n++] = i;
            }
        }
        var at = Arrays.copyOf(kept, n);
        return new Series(name, pick(x, at), pick(y, at), stroke);
    }

    private static double[] pick(double[] values, int[] at) {
        return Arrays.stream(at).mapToDouble(i -> values[i]).toArray();
    }
}
