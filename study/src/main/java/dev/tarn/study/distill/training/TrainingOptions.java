package dev.tarn.study.distill.training;

import dev.tarn.study.distill.network.Objective;

/**
 * How an indexer is trained.
 *
 * @param objective what its scores are to match
 * @param queries sampled queries of one step, all its windows together
 * @param windowsPerStep windows of the pool that a step takes its queries from
 * @param stepsPerWindow steps after each new window
 * @param pool windows whose activations are kept
 * @param learningRate the highest
 * @param muon the highest change of a projection's singular values in one step of Muon, or 0 to let Adam train projections too
 * @param tailQueries the share of queries on questions and answers, in windows that have some
 * @param share layers that share one indexer: the first's ranks for all of them (IndexCache, arXiv 2603.12201)
 * @param selectedStage the last share of the steps whose loss covers only the best-ranked candidates
 * @param selected how many those are
 * @param seed decides initial weights, windows and queries
 */
public record TrainingOptions(
        Objective objective,
        int queries,
        int windowsPerStep,
        int stepsPerWindow,
        int pool,
        float learningRate,
        float muon,
        double tailQueries,
        int share,
        double selectedStage,
        int selected,
        long seed) {
    /** Checks the ranges. */
    public TrainingOptions {
        if (windowsPerStep < 1 || stepsPerWindow < 1 || pool < 1 || share < 1 || queries < windowsPerStep) {
            throw new IllegalArgumentException("queries " + queries + ", windows per step " + windowsPerStep
                    + ", steps per window " + stepsPerWindow + ", pool " + pool + ", share " + share
                    + ": give at least 1 of each, and at least one query for each window");
        }
        if (!(learningRate > 0 && learningRate < 1)) {
            throw new IllegalArgumentException(
                    "the learning rate is " + learningRate + "; give a number between 0 and 1, usually 0.002");
        }
        if (!(muon >= 0 && muon < 1)) {
            throw new IllegalArgumentException(
                    "Muon's rate is " + muon + "; give a number between 0 and 1, usually 0.02");
        }
        if (!(tailQueries >= 0 && tailQueries <= 1) || !(selectedStage >= 0 && selectedStage <= 1)) {
            throw new IllegalArgumentException("the shares of queries on questions (" + tailQueries
                    + ") and of the selected stage (" + selectedStage + ") are 0 to 1");
        }
        if (selectedStage > 0 && selected < 1) {
            throw new IllegalArgumentException("the selected stage needs a number of candidates, not " + selected);
        }
    }

    /** Queries of one window in one step. */
    public int queriesPerWindow() {
        return queries / windowsPerStep;
    }

    /** Queries of one window that are kept while it is in the pool: each is used about once. */
    int kept() {
        return queriesPerWindow() * windowsPerStep * stepsPerWindow;
    }

    /** The objective when {@code done} (0 to 1) of the run is done. */
    Objective objectiveAt(double done) {
        return new Objective(
                objective.sink(),
                objective.recent(),
                objective.maxShare(),
                done > 1 - selectedStage ? selected : 0,
                objective.far());
    }
}
