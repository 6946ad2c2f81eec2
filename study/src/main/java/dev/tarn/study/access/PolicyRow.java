package dev.tarn.study.access;

/**
 * What one policy made of one reservation.
 *
 * @param policy its name
 * @param granularity {@code token} or {@code page:N}
 * @param sharing how the reservation is divided
 * @param capacity entries reserved
 * @param capacityBytes the same in bytes
 * @param footprints the same in units of layers × k, what one step reads
 * @param accesses counted accesses
 * @param hits those that were resident
 * @param misses those that were not
 * @param fetched entries read from the slow tier
 * @param hitRate hits / accesses
 * @param missesPerStep mean misses of one decode step of one sequence
 * @param slowdown Levy's serial-miss slowdown, at the first step budget and latency
 */
public record PolicyRow(
        String policy,
        String granularity,
        String sharing,
        long capacity,
        long capacityBytes,
        double footprints,
        long accesses,
        long hits,
        long misses,
        long fetched,
        double hitRate,
        double missesPerStep,
        double slowdown) {}
