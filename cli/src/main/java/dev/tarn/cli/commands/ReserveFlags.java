package dev.tarn.cli.commands;

import dev.tarn.sim.access.Sharing;
import dev.tarn.sim.replay.SimulatedPolicies;
import dev.tarn.study.access.ReserveOptions;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a report replays, and at what price; the table shows the first step budget and the first latency. */
final class ReserveFlags {
    @Mixin
    private final SlowdownInputs inputs = new SlowdownInputs();

    @Option(names = "--policy", split = ",", paramLabel = "P,...", description = "Policies to replay.")
    private List<String> policies = List.of("lru", "opt", "fifo", "random");

    @Option(
            names = "--resident-page",
            split = ",",
            paramLabel = "N,...",
            description = "Tokens that are resident as a whole; 1 is token-granular.")
    private List<Integer> granularities = List.of(1, 16);

    ReserveOptions options(long seed) {
        return new ReserveOptions(
                SimulatedPolicies.parseList(String.join(",", policies)),
                granularities,
                List.of(Sharing.UNIFIED, Sharing.LAYER),
                inputs.pages,
                inputs.stepBudgetSeconds(),
                inputs.latencySeconds(),
                inputs.sequences,
                inputs.mlp,
                seed);
    }
}
