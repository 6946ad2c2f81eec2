package dev.tarn.study.meter;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How often numbers of entries occurred. Numbers below {@value #EXACT} are kept as they are, larger ones to within 0.4 %: of every
 * doubling the lower ends of {@value #STEPS} equal bins.
 *
 * @param counts by number, ascending; added to by {@link #add}
 */
public record Histogram(SortedMap<Long, Long> counts) {
    private static final int EXACT = 512;
    private static final int STEPS = 256;

    /** An empty histogram. */
    public Histogram() {
        this(new TreeMap<>());
    }

    /** Counts one number, at least 0. */
    public void add(long number) {
        counts.merge(bin(number), 1L, Long::sum);
    }

    /** Counts all that another histogram counted. */
    public void addAll(Histogram other) {
        other.counts.forEach((number, count) -> counts.merge(number, count, Long::sum));
    }

    /** How many numbers were counted. */
    public long count() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The smallest number that a share of all numbers does not exceed (nearest rank); NaN of nothing. */
    public double quantile(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * count()));
        for (Map.Entry<Long, Long> entry : counts.entrySet()) {
            rank -= entry.getValue();
            if (rank <= 0) {
                return entry.getKey();
            }
        }
        return Double.NaN;
    }

    private static long bin(long number) {
        if (number < EXACT) {
            return number;
        }
        long width = Long.highestOneBit(number) / STEPS;
        return number / width * width;
    }
}
