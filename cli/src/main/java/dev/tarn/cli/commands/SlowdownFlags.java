package dev.tarn.cli.commands;

import dev.tarn.cli.failure.UsageException;
import dev.tarn.sim.hardware.SlowdownOptions;
import dev.tarn.sim.replay.SimulationConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The inputs of Levy's serial-miss slowdown; k comes with the trace. */
final class SlowdownFlags {
    private static final double MILLI = 1e-3;
    private static final double NANO = 1e-9;

    @Option(names = "--slowdown", description = "Also print Levy's serial-miss slowdown under LRU.")
    boolean slowdown;

    @Option(
            names = "--read-page",
            split = ",",
            paramLabel = "N,...",
            description = "Tokens that one read fetches together (slowdown).")
    List<Integer> pages = List.of(1);

    @Option(
            names = "--entry-bytes",
            paramLabel = "N",
            description = "Bytes of an entry (slowdown); by default the trace's.")
    @Nullable
    Long entryBytes;

    @Option(
            names = "--step-budget-ms",
            split = ",",
            paramLabel = "T,...",
            description = "Milliseconds of a decode step without the gather (slowdown).")
    List<Double> stepBudgets = List.of(10.0);

    @Option(
            names = "--latency-ns",
            split = ",",
            paramLabel = "L,...",
            description = "Nanoseconds of one miss (slowdown).")
    List<Double> latencies = List.of(200.0);

    @Option(
            names = "--mlp",
            paramLabel = "X",
            description = "Misses under way at a time (slowdown); 1 is Levy's model.")
    double mlp = 1;

    @Option(
            names = "--sequences",
            paramLabel = "N",
            description = "Sequences decoded side by side, each with its own reservation (slowdown).")
    int sequences = 1;

    boolean requested() {
        return slowdown;
    }

    void check() {
        boolean changed = entryBytes != null
                || mlp != 1
                || sequences != 1
                || !pages.equals(List.of(1))
                || !stepBudgets.equals(List.of(10.0))
                || !latencies.equals(List.of(200.0));
        if (changed && !slowdown) {
            throw new UsageException("inputs of the slowdown are given without --slowdown; add it");
        }
    }

    List<Double> stepBudgetSeconds() {
        return stepBudgets.stream().map(ms -> ms * MILLI).toList();
    }

    List<Double> latencySeconds() {
        return latencies.stream().map(ns -> ns * NANO).toList();
    }

    SlowdownOptions options(SimulationConfig config, long traceEntryBytes) {
        return Parsed.option(
                "--slowdown",
                () -> new SlowdownOptions(
                        config.capacities(),
                        pages,
                        stepBudgetSeconds(),
                        latencySeconds(),
                        config.sharings().getFirst(),
                        entryBytes == null ? traceEntryBytes : entryBytes,
                        sequences,
                        mlp));
    }
}
