package dev.tarn.study.eval;

import dev.tarn.engine.attention.AttentionSpec;
import java.util.List;

/**
 * What is evaluated.
 *
 * @param attentions specs, in the order of the results
 * @param contexts window lengths in tokens
 * @param windows at most this many windows of each length
 */
public record EvalOptions(List<AttentionSpec> attentions, List<Integer> contexts, int windows) {
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
        for (int context : contexts) {
            if (context < 4) {
                throw new IllegalArgumentException("context is " + context + "; give 4 or more");
            }
        }
    }
}
