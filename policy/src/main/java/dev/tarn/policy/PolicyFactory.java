package dev.tarn.policy;

/** Makes policy objects with nothing resident. */
public interface PolicyFactory {
    /**
     * Makes one.
     *
     * @param pool the slots, ids and lanes
     * @param seed where the policy draws random numbers and its spec names no seed; others ignore it
     * @param listener is told of evictions and admissions
     */
    EvictionPolicy create(PoolShape pool, long seed, ResidencyListener listener);

    /** Whether batches must come with scores. */
    boolean needsScores();
}
