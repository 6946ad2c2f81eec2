package dev.tarn.study.distill.report;

import java.util.List;

/**
 * The short report: the share of dense softmax mass inside selections, mean over query heads and positions in the last quarter of
 * windows of held-out text.
 *
 * @param contexts by length of the windows
 */
public record RecallReport(List<Context> contexts) {
    /**
     * One length.
     *
     * @param context tokens of a window
     * @param windows how many were read
     * @param queries positions of each
     * @param results by budget and ranking
     */
    public record Context(int context, int windows, int queries, List<Result> results) {}

    /**
     * One ranking with one budget.
     *
     * @param k positions selected, always-kept ones included
     * @param ranking indexer, oracle, recency, window (sinks and recency) or random
     * @param recall mean over the layers that have an indexer
     * @param layers the same by layer
     */
    public record Result(int k, String ranking, double recall, List<Layer> layers) {}

    /** One layer's recall. */
    public record Layer(int layer, double recall) {}
}
