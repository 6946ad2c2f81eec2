package dev.tarn.study.eval;

import dev.tarn.engine.attention.AttentionSpec;
import java.util.List;

/**
 * What is evaluated over text.
 *
 * @param attentions specs, in the order of the results
 * @param contexts window lengths in tokens
 * @param windows at most this many windows of each length
 * @param sample attention mass is measured at every sample-th position; 0: at about 128 positions of a window
 * @param cacheBytes memory that caches of sequences read side by side may take; at least two always run
 */
public record EvalOptions(
        List<AttentionSpec> attentions, List<Integer> contexts, int windows, int sample, long cacheBytes) {
    private static final int SAMPLED_POSITIONS = 128;

    /** Checks the ranges. */
    public EvalOptions {
        attentions = List.copyOf(attentions);
        contexts = List.copyOf(contexts);
        if (attentions.isEmpty() || contexts.isEmpty()) {
            throw new IllegalArgumentException("at least one attention and one context are needed");
        }
        if (windows < 1) {
            throw new IllegalArgumentException("windows is " + windows + "; give 1 or more");
        }
        if (sample < 0) {
            throw new IllegalArgumentException("sample is " + sample + "; give 1 or more, or leave it out");
        }
        for (int context : contexts) {
            if (context < 4) {
                throw new IllegalArgumentException("context is " + context + "; give 4 or more");
            }
        }
    }

    /** Mass is measured at positions t of a window where (t + 1) mod this is 0. */
    public int every(int context) {
        return sample > 0 ? sample : Math.max(1, context / SAMPLED_POSITIONS);
    }
}
