package dev.tarn.study.fidelity;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.study.needle.NeedleGenerator;
import java.util.List;

/**
 * What is asked under which attentions.
 *
 * @param attentions specs, in the order of the results
 * @param contexts lengths of prompts in tokens, answer included
 * @param prompts prompts of each length
 * @param needles facts in each prompt
 * @param seed of the prompts
 */
public record FidelityOptions(
        List<AttentionSpec> attentions, List<Integer> contexts, int prompts, int needles, long seed) {
    /** Checks the ranges. */
    public FidelityOptions {
        attentions = List.copyOf(attentions);
        contexts = List.copyOf(contexts);
        if (attentions.isEmpty() || contexts.isEmpty()) {
            throw new IllegalArgumentException("at least one attention and one context are needed");
        }
        if (prompts < 1 || needles < 1 || needles > NeedleGenerator.maxNeedles()) {
            throw new IllegalArgumentException(prompts + " prompts with " + needles
                    + " needles: use at least one prompt and 1 to " + NeedleGenerator.maxNeedles() + " needles");
        }
    }
}
