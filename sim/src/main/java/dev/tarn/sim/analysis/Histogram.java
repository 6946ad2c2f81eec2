package dev.tarn.sim.analysis;

import java.util.Arrays;

/** Counts of small non-negative ints, so that no sample needs to be kept and every statistic is exact. */
final class Histogram {
    private long[] counts = new long[64];
    private long samples;

    void add(int value) {
        if (value >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(value + 1, counts.length * 2));
        }
        counts[value]++;
        samples++;
    }

    void addAll(Histogram other) {
        if (other.counts.length > counts.length) {
            counts = Arrays.copyOf(counts, other.counts.length);
        }
        for (int value = 0; value < other.counts.length; value++) {
            counts[value] += other.counts[value];
        }
        samples += other.samples;
    }

    long samples() {
        return samples;
    }

    double mean() {
        double sum = 0;
        for (int value = 0; value < counts.length; value++) {
            sum += (double) value * counts[value];
        }
        return sum / samples;
    }

    double sd() {
        double mean = mean();
        double sum = 0;
        for (int value = 0; value < counts.length; value++) {
            sum += counts[value] * (value - mean) * (value - mean);
        }
        return Math.sqrt(sum / samples);
    }

    /** The 95th percentile by nearest rank. */
    int p95() {
        long rank = Ranks.nearestRank95(samples);
        long below = 0;
        for (int value = 0; ; value++) {
            below += counts[value];
            if (below >= rank) {
                return value;
            }
        }
    }
}
