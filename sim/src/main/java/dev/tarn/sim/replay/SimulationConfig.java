package dev.tarn.sim.replay;

import dev.tarn.sim.access.Granularity;
import dev.tarn.sim.access.Sharing;
import java.util.List;

/**
 * What to simulate: every combination of the four lists.
 *
 * @param policies names that {@link SimulatedPolicies} knows
 * @param capacities rooms
 * @param granularities what is resident as a whole
 * @param sharings how the room is divided
 * @param seed for policies that draw
 */
public record SimulationConfig(
        List<String> policies,
        List<Capacity> capacities,
        List<Granularity> granularities,
        List<Sharing> sharings,
        long seed) {
    /** Checks the names. */
    public SimulationConfig {
        policies = policies.stream().map(SimulatedPolicies::check).toList();
        capacities = List.copyOf(capacities);
        granularities = List.copyOf(granularities);
        sharings = List.copyOf(sharings);
    }
}
