package dev.tarn.sim.replay;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All results of a simulation.
 *
 * @param results policy by policy, then by capacity, granularity and sharing, in the order they were asked for
 * @param distinctEntries what percentages refer to
 * @param cliff one step's footprint; absent if the trace is empty
 * @param replaySeconds time from the loaded trace to the results
 */
public record SimulationReport(
        List<SimulationResult> results,
        long distinctEntries,
        @Nullable Cliff cliff,
        double replaySeconds) {
    /** Accesses of all results per second of {@link #replaySeconds}. */
    public double accessesPerSecond() {
        return results.stream().mapToLong(SimulationResult::accesses).sum() / replaySeconds;
    }
}
