package dev.tarn.sim.analysis;

import java.util.Map;

/**
 * The metrics of one layer, all requests pooled.
 *
 * @param layer the layer
 * @param metrics those that have samples, in units of the whole trace's k
 * @param cutRuns runs left out of persistence because an end of the trace cut them
 */
public record LayerReport(int layer, Map<Metric, Summary> metrics, long cutRuns) {}
