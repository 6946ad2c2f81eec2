package dev.tarn.sim.hardware;

/**
 * What a gather takes, in seconds, by what bounds it.
 *
 * @param hits moving the hits
 * @param misses moving the misses
 * @param waiting latencies of the misses
 */
public record GatherTime(double hits, double misses, double waiting) {
    /** The longest of the three. */
    public double total() {
        return Math.max(hits, Math.max(misses, waiting));
    }
}
