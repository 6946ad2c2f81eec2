package dev.tarn.study.eval;

import java.util.Arrays;

/**
 * The mean of observations that are alike within clusters: its standard error is that of a ratio of cluster sums to cluster sizes
 * (Cochran, Sampling Techniques, 2.11).
 */
final class ClusterMean {
    private double[] sums = new double[16];
    private double[] sizes = new double[16];
    private int clusters;

    void add(double sum, double size) {
        if (size == 0) {
            return;
        }
        if (clusters == sums.length) {
            sums = Arrays.copyOf(sums, 2 * clusters);
            sizes = Arrays.copyOf(sizes, 2 * clusters);
        }
        sums[clusters] = sum;
        sizes[clusters++] = size;
    }

    /** NaN of nothing. */
    double mean() {
        return total(sums) / total(sizes);
    }

    /** NaN of fewer than two clusters. */
    double standardError() {
        if (clusters < 2) {
            return Double.NaN;
        }
        double mean = mean();
        double squares = 0;
        for (int i = 0; i < clusters; i++) {
            double residual = sums[i] - mean * sizes[i];
            squares += residual * residual;
        }
        return Math.sqrt(squares * clusters / (clusters - 1)) / total(sizes);
    }

    private double total(double[] values) {
        double total = 0;
        for (int i = 0; i < clusters; i++) {
            total += values[i];
        }
        return total;
    }
}
