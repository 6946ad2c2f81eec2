package dev.tarn.sim.replay;

import java.util.Arrays;

/**
 * A curve to plot.
 *
 * @param policy whose misses
 * @param capacities entries, ascending
 * @param missRatios misses / accesses at each capacity
 */
public record MissRatioCurve(String policy, long[] capacities, double[] missRatios) {
    /**
     * The curve of one policy at the given capacities.
     *
     * @throws IllegalArgumentException if the pools have no accesses, and so no ratio
     */
    public static MissRatioCurve of(Pools pools, String policy, long[] capacities, long seed) {
        long accesses = pools.accesses();
        if (accesses == 0) {
            throw new IllegalArgumentException("the trace has no counted accesses, so no miss ratio; trace more steps");
        }
        pools.prepare(SimulatedPolicies.check(policy));
        double[] ratios = Arrays.stream(capacities)
                .parallel()
                .mapToDouble(capacity -> (accesses - pools.hits(policy, capacity, seed)) / (double) accesses)
                .toArray();
        return new MissRatioCurve(policy, capacities.clone(), ratios);
    }
}
