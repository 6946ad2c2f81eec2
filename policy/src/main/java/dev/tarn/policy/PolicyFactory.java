package dev.tarn.policy;

/** Makes a policy object with nothing resident. */
@FunctionalInterface
public interface PolicyFactory {
    /**
     * Makes one.
     *
     * @param capacity slots, 0 or more; with 0 nothing is ever resident
     * @param universe ids are 0 to universe - 1
     * @param seed where the policy draws random numbers; others ignore it
     * @param listener is told of evictions and admissions
     */
    EvictionPolicy create(int capacity, int universe, long seed, ResidencyListener listener);
}
