package dev.tarn.sim.analysis;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a trace says.
 *
 * @param k the unit: mean abs(Ω) over the batches that were analysed; null if there were none
 * @param window steps of a working-set window
 * @param page tokens of a page
 * @param batches (request, step, layer) that were analysed
 * @param denseBatches those left out because t + 1 <= k
 * @param metrics the metrics that have samples, layers and requests pooled
 * @param cutRuns runs left out of persistence because an end of the trace cut them
 * @param layers the same by layer, ascending
 */
public record AnalysisReport(
        @Nullable Double k,
        int window,
        int page,
        long batches,
        long denseBatches,
        Map<Metric, Summary> metrics,
        long cutRuns,
        List<LayerReport> layers) {}
