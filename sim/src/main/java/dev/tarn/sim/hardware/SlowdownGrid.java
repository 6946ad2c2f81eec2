package dev.tarn.sim.hardware;

import dev.tarn.sim.access.AccessStream;
import dev.tarn.sim.access.AccessStreams;
import dev.tarn.sim.access.AccessTrace;
import dev.tarn.sim.access.Granularity;
import dev.tarn.sim.replay.Capacity;
import dev.tarn.sim.replay.LruCurve;
import dev.tarn.sim.replay.Pools;
import java.util.ArrayList;
import java.util.List;

/** Levy's slowdown under token-granular LRU, over capacities × page sizes × step budgets × latencies. */
public final class SlowdownGrid {
    private SlowdownGrid() {}

    /**
     * All cells, in the order of the options: capacity, then page, step budget, latency. A trace without a step has none.
     */
    public static List<SlowdownPoint> of(AccessTrace trace, SlowdownOptions options) {
        long sequenceSteps = trace.sequenceSteps();
        if (sequenceSteps == 0) {
            return List.of();
        }
        List<AccessStream> streams = AccessStreams.of(trace, Granularity.TOKEN, options.sharing());
        List<List<LruCurve>> curvesByPage = options.pages().stream()
                .map(page -> streams.stream()
                        .map(stream -> LruCurve.ofMergedReads(stream, page))
                        .toList())
                .toList();
        double scale = (double) options.sequences() / sequenceSteps;
        var points = new ArrayList<SlowdownPoint>();
        for (Capacity capacity : options.capacities()) {
            long entries = capacity.entries(trace.distinctEntries());
            for (int p = 0; p < options.pages().size(); p++) {
                double misses = scale * misses(curvesByPage.get(p), entries);
                addCells(points, trace, options, entries, options.pages().get(p), misses);
            }
        }
        return List.copyOf(points);
    }

    private static long misses(List<LruCurve> curves, long entries) {
        long misses = 0;
        for (int pool = 0; pool < curves.size(); pool++) {
            LruCurve curve = curves.get(pool);
            misses += curve.accesses() - curve.hits(Pools.share(pool, curves.size(), entries));
        }
        return misses;
    }

    private static void addCells(
            List<SlowdownPoint> points,
            AccessTrace trace,
            SlowdownOptions options,
            long entries,
            int page,
            double misses) {
        double reads = (double) trace.layers().length * options.sequences();
        for (double budget : options.stepBudgets()) {
            for (double latency : options.latencies()) {
                double slowdown = new SerialMissModel(budget, reads, latency / options.mlp()).slowdown(misses);
                points.add(new SlowdownPoint(
                        entries, entries * options.entryBytes(), page, budget, latency, misses, slowdown));
            }
        }
    }
}
