package dev.tarn.sim.replay;

import dev.tarn.policy.Policies;
import dev.tarn.sim.access.Granularity;
import dev.tarn.sim.access.Sharing;
import java.util.List;

/**
 * What to simulate: every combination of the four lists.
 *
 * @param policies specs that {@link SimulatedPolicies} knows
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
    /** Checks the specs. */
    public SimulationConfig {
        policies = policies.stream().map(SimulatedPolicies::check).toList();
        capacities = List.copyOf(capacities);
        granularities = List.copyOf(granularities);
        sharings = List.copyOf(sharings);
        for (String policy : policies) {
            if (Policies.page(policy).isPresent() && !granularities.equals(List.of(Granularity.TOKEN))) {
                throw new IllegalArgumentException("policy '" + policy
                        + "' brings its own pages; leave the granularity at token, or use lru with page:N");
            }
        }
    }

    /** What is resident as a whole where a policy is replayed: its own pages, if it has some. */
    static Granularity granularity(String policy, Granularity asked) {
        return new Granularity(Policies.page(policy).orElse(asked.page()));
    }
}
