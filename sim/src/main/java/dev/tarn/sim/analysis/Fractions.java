package dev.tarn.sim.analysis;

import java.util.Arrays;

/** Samples that are no whole numbers; all are kept. */
final class Fractions {
    private double[] values = new double[64];
    private int size;

    void add(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    void addAll(Fractions other) {
        for (int i = 0; i < other.size; i++) {
            add(other.values[i]);
        }
    }

    int samples() {
        return size;
    }

    Summary summary() {
        double[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        double mean = Arrays.stream(sorted).sum() / size;
        double variance =
                Arrays.stream(sorted).map(v -> (v - mean) * (v - mean)).sum() / size;
        double p95 = sorted[(int) Ranks.nearestRank95(size) - 1];
        return new Summary(mean, p95, Math.sqrt(variance), null, null, size);
    }
}
