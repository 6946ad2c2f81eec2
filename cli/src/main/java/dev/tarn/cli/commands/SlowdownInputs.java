package dev.tarn.cli.commands;

import java.util.List;
import picocli.CommandLine.Option;

/** Inputs of Levy's serial-miss slowdown that the paper leaves unsaid; k comes with the trace, sharing and entry bytes from elsewhere. */
final class SlowdownInputs {
    private static final double MILLI = 1e-3;
    private static final double NANO = 1e-9;
    private static final List<Integer> PAGES = List.of(1, 16);
    private static final List<Double> STEP_BUDGETS = List.of(10.0, 2.5);
    private static final List<Double> LATENCIES = List.of(200.0, 50.0, 100.0, 400.0);
    private static final int SEQUENCES = 8;

    @Option(
            names = "--read-page",
            split = ",",
            paramLabel = "N,...",
            description = "Tokens that one read fetches together (slowdown).")
    List<Integer> pages = PAGES;

    @Option(
            names = "--step-budget-ms",
            split = ",",
            paramLabel = "T,...",
            description = "Milliseconds of a decode step without the gather (slowdown).")
    private List<Double> stepBudgets = STEP_BUDGETS;

    @Option(
            names = "--latency-ns",
            split = ",",
            paramLabel = "L,...",
            description = "Nanoseconds of one miss (slowdown).")
    private List<Double> latencies = LATENCIES;

    @Option(
            names = "--mlp",
            paramLabel = "X",
            description = "Misses under way at a time (slowdown); 1 is Levy's model.")
    double mlp = 1;

    @Option(
            names = "--sequences",
            paramLabel = "N",
            description = "Sequences decoded side by side, each with its own reservation (slowdown).")
    int sequences = SEQUENCES;

    /** Whether any input is not its default. */
    boolean areChanged() {
        return mlp != 1
                || sequences != SEQUENCES
                || !pages.equals(PAGES)
                || !stepBudgets.equals(STEP_BUDGETS)
                || !latencies.equals(LATENCIES);
    }

    List<Double> stepBudgetSeconds() {
        return stepBudgets.stream().map(ms -> ms * MILLI).toList();
    }

    List<Double> latencySeconds() {
        return latencies.stream().map(ns -> ns * NANO).toList();
    }
}
