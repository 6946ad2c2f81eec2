package dev.tarn.sim.hardware;

import dev.tarn.sim.access.Sharing;
import dev.tarn.sim.replay.Capacity;
import java.util.List;

/**
 * What Levy's table leaves unsaid, made explicit: the grid runs over every combination. k comes with the trace.
 *
 * @param capacities of the reservation
 * @param pages tokens that one read fetches together
 * @param stepBudgets T, seconds
 * @param latencies of one miss, seconds
 * @param sharing how the reservation is divided
 * @param entryBytes bytes of an entry
 * @param sequences decoded side by side; the trace's mean sequence stands for each of them
 * @param mlp reads under way at a time; divides every latency. 1 is Levy's model
 */
public record SlowdownOptions(
        List<Capacity> capacities,
        List<Integer> pages,
        List<Double> stepBudgets,
        List<Double> latencies,
        Sharing sharing,
        long entryBytes,
        int sequences,
        double mlp) {
    /** Checks the inputs. */
    public SlowdownOptions {
        capacities = List.copyOf(capacities);
        pages = List.copyOf(pages);
        stepBudgets = List.copyOf(stepBudgets);
        latencies = List.copyOf(latencies);
        pages.forEach(page -> Inputs.positive("page size", page));
        stepBudgets.forEach(budget -> Inputs.positive("step budget", budget));
        latencies.forEach(latency -> Inputs.positive("latency", latency));
        Inputs.positive("entry bytes", (double) entryBytes);
        Inputs.positive("sequences", sequences);
        Inputs.positive("MLP", mlp);
    }
}
