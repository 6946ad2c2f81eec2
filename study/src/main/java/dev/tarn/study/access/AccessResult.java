package dev.tarn.study.access;

import dev.tarn.sim.access.AccessTrace;
import dev.tarn.sim.analysis.AnalysisReport;
import dev.tarn.sim.hardware.SlowdownPoint;
import dev.tarn.sim.replay.Cliff;
import java.util.List;

/**
 * What a trace says and what caches would have made of it.
 *
 * @param trace the trace as loaded
 * @param analysis its access metrics
 * @param cliff what one step reads: below it LRU hits nothing
 * @param rows policies by capacity
 * @param curves miss-ratio curves
 * @param slowdowns Levy's slowdown under LRU over capacities, pages, step budgets and latencies
 */
public record AccessResult(
        AccessTrace trace,
        AnalysisReport analysis,
        Cliff cliff,
        List<PolicyRow> rows,
        List<CurveGroup> curves,
        List<SlowdownPoint> slowdowns) {}
