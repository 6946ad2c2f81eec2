package dev.tarn.study.access;

import dev.tarn.policy.Policies;
import dev.tarn.sim.access.Granularity;
import dev.tarn.sim.access.Sharing;
import dev.tarn.sim.hardware.SlowdownOptions;
import dev.tarn.sim.replay.SimulatedPolicies;
import dev.tarn.sim.replay.SimulationConfig;
import java.util.List;

/**
 * What a reservation is priced with: the inputs that Levy's table leaves unsaid (k comes with the trace).
 *
 * @param policies to replay
 * @param granularities tokens of a page that is resident as a whole; 1 is token-granular
 * @param sharings how the reservation is divided among layers
 * @param pages tokens that one read fetches together, for the slowdown
 * @param stepBudgets T, seconds of a decode step without the gather; the first is that of the table
 * @param latencies seconds of one miss; the first is that of the table
 * @param sequences decoded side by side, each like the traced one and with a reservation of its own
 * @param mlp misses under way at a time; 1 is Levy's model
 * @param seed of policies that draw
 */
public record ReserveOptions(
        List<String> policies,
        List<Integer> granularities,
        List<Sharing> sharings,
        List<Integer> pages,
        List<Double> stepBudgets,
        List<Double> latencies,
        int sequences,
        double mlp,
        long seed) {
    /** Checks the names and ranges, so that a long study does not find them wrong at its end. */
    public ReserveOptions {
        policies = List.copyOf(policies);
        granularities = List.copyOf(granularities);
        sharings = List.copyOf(sharings);
        pages = List.copyOf(pages);
        stepBudgets = List.copyOf(stepBudgets);
        latencies = List.copyOf(latencies);
        if (policies.isEmpty()
                || granularities.isEmpty()
                || sharings.isEmpty()
                || pages.isEmpty()
                || stepBudgets.isEmpty()
                || latencies.isEmpty()) {
            throw new IllegalArgumentException(
                    "policies, pages, sharings, step budgets and latencies: give each a value");
        }
        var replay = new SimulationConfig(
                policies,
                List.of(),
                granularities.stream().map(Granularity::new).toList(),
                sharings,
                seed);
        policies = replay.policies();
        if (SimulatedPolicies.needScores(policies)
                || policies.stream().anyMatch(policy -> Policies.page(policy).isPresent())) {
            throw new IllegalArgumentException("policies: score-priority and page-lru are not part of the study;"
                    + " use tarn simulate with a trace of its own");
        }
        var grid =
                new SlowdownOptions(List.of(), pages, stepBudgets, latencies, sharings.getFirst(), 1, sequences, mlp);
        pages = grid.pages();
    }
}
