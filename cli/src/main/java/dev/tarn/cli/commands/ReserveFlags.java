package dev.tarn.cli.commands;

import dev.tarn.sim.access.Sharing;
import dev.tarn.study.access.ReserveOptions;
import java.util.List;
import picocli.CommandLine.Option;

/** What the study replays, and the inputs of Levy's slowdown; k comes with the trace. */
final class ReserveFlags {
    private static final double MILLI = 1e-3;
    private static final double NANO = 1e-9;

    @Option(names = "--policy", split = ",", paramLabel = "P,...", description = "Policies to replay.")
    private List<String> policies = List.of("lru", "opt", "fifo", "random");

    @Option(
            names = "--resident-page",
            split = ",",
            paramLabel = "N,...",
            description = "Tokens that are resident as a whole; 1 is token-granular.")
    private List<Integer> granularities = List.of(1, 16);

    @Option(
            names = "--read-page",
            split = ",",
            paramLabel = "N,...",
            description = "Tokens that one read fetches together (slowdown).")
    private List<Integer> pages = List.of(1, 16);

    @Option(
            names = "--step-budget-ms",
            split = ",",
            paramLabel = "T,...",
            description = "Milliseconds of a decode step without the gather (slowdown); the table shows the first.")
    private List<Double> stepBudgets = List.of(10.0, 2.5);

    @Option(
            names = "--latency-ns",
            split = ",",
            paramLabel = "L,...",
            description = "Nanoseconds of one miss (slowdown); the table shows the first.")
    private List<Double> latencies = List.of(200.0, 50.0, 100.0, 400.0);

    @Option(
            names = "--mlp",
            paramLabel = "X",
            description = "Misses under way at a time (slowdown); 1 is Levy's model.")
    private double mlp = 1;

    @Option(
            names = "--sequences",
            paramLabel = "N",
            description = "Sequences decoded side by side, each with its own reservation (slowdown).")
    private int sequences = 8;

    ReserveOptions options(long seed, List<Sharing> sharings) {
        return new ReserveOptions(
                policies,
                granularities,
                sharings,
                pages,
                stepBudgets.stream().map(ms -> ms * MILLI).toList(),
                latencies.stream().map(ns -> ns * NANO).toList(),
                sequences,
                mlp,
                seed);
    }
}
