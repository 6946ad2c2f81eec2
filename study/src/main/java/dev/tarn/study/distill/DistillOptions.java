package dev.tarn.study.distill;

import dev.tarn.study.distill.text.TextMix;
import dev.tarn.study.distill.training.TrainingOptions;

/**
 * All that decides a run.
 *
 * @param training objective, steps and their queries
 * @param mix what windows are read
 * @param heads index heads
 * @param dim floats of an index key
 * @param ropeDims leading dimensions of it that are rotated
 * @param steps steps to take, or 0 for as many as the time allows
 * @param minutes the time for training and short report together
 * @param threads threads that compute
 */
public record DistillOptions(
        TrainingOptions training,
        TextMix mix,
        int heads,
        int dim,
        int ropeDims,
        int steps,
        double minutes,
        int threads) {
    /** Checks the ranges. */
    public DistillOptions {
        if (steps < 0) {
            throw new IllegalArgumentException("steps is " + steps + "; give 1 or more, or leave it out for --minutes");
        }
        if (!(minutes > 0)) {
            throw new IllegalArgumentException("minutes is " + minutes + "; give more than 0");
        }
        int least = training.objective().firstPosition() + training.queries();
        if (mix.lengths().keySet().iterator().next() < least) {
            throw new IllegalArgumentException(
                    "the shortest context must have room for what is always kept and the queries: " + least
                            + " tokens; it has "
                            + mix.lengths().keySet().iterator().next());
        }
    }
}
