package dev.tarn.sim.replay;

/**
 * What one policy did at one capacity.
 *
 * @param policy its name
 * @param capacity entries, all pools together
 * @param granularity {@code token} or {@code page:N}
 * @param sharing {@code unified}, {@code layer} or {@code sequence}
 * @param accesses counted accesses, hits + misses: entries, or pages touched by a batch
 * @param hits accesses that found their unit resident
 * @param misses accesses that did not
 * @param fetched entries read from the slow tier: misses, each of a whole page
 */
public record SimulationResult(
        String policy,
        long capacity,
        String granularity,
        String sharing,
        long accesses,
        long hits,
        long misses,
        long fetched) {}
