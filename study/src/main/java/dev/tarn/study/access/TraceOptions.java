package dev.tarn.study.access;

import dev.tarn.engine.attention.AttentionSpec;

/**
 * A traced run.
 *
 * @param attention how decoded tokens attend
 * @param context tokens read densely before the first decode step
 * @param steps decode steps
 * @param source where decoded tokens come from
 * @param withScores whether the ranking's scores are recorded beside the positions
 */
public record TraceOptions(AttentionSpec attention, int context, int steps, TraceSource source, boolean withScores) {
    /** Checks the ranges. */
    public TraceOptions {
        if (context < 1 || steps < 1) {
            throw new IllegalArgumentException(
                    "a trace of " + steps + " steps after " + context + " tokens: both must be at least 1");
        }
    }
}
