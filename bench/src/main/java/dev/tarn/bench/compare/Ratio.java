package dev.tarn.bench.compare;

import java.util.Arrays;

/**
 * How much faster one side was than the other, over rounds in which each ran once.
 *
 * @param median of the rounds' ratios
 * @param low their lower quartile
 * @param high their upper quartile
 */
record Ratio(double median, double low, double high) {
    /** The ratios first[i] / second[i]. */
    static Ratio of(double[] first, double[] second) {
        double[] ratios = new double[first.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = first[i] / second[i];
        }
        return new Ratio(quantile(ratios, 0.5), quantile(ratios, 0.25), quantile(ratios, 0.75));
    }

    /** Whether even the better quartile is below 1 by more than {@code tolerance}. */
    boolean isSlower(double tolerance) {
        return high < 1 - tolerance;
    }

    /** Linear between the two nearest values. */
    static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double at = share * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
