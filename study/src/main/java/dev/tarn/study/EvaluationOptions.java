package dev.tarn.study;

import dev.tarn.study.eval.EvalOptions;
import dev.tarn.study.tasks.TaskOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that decides an evaluation's figures.
 *
 * @param text specs, contexts and windows
 * @param overText whether text is read under every spec; else tasks alone decide
 * @param tasks what is asked; null for nothing
 * @param equalFidelity for each, the knob at which perplexity is dense perplexity divided by it
 * @param equalNeedles for each, the knob at which that share of dense's answers is right
 */
public record EvaluationOptions(
        EvalOptions text,
        boolean overText,
        @Nullable TaskOptions tasks,
        List<Double> equalFidelity,
        List<Double> equalNeedles) {
    private static final int LEAST_SEARCHED = 64;

    /** Checks the ranges. */
    public EvaluationOptions {
        equalFidelity = List.copyOf(equalFidelity);
        equalNeedles = List.copyOf(equalNeedles);
        equalFidelity.forEach(target -> requireTarget("equal-fidelity", target, false));
        equalNeedles.forEach(target -> requireTarget("equal-needles", target, true));
        if (!overText && tasks == null && equalFidelity.isEmpty()) {
            throw new IllegalArgumentException("neither text nor tasks are evaluated");
        }
        if (!equalNeedles.isEmpty() && tasks == null) {
            throw new IllegalArgumentException("equal-needles needs tasks to ask; name some, such as needle");
        }
        boolean searches = !equalFidelity.isEmpty() || !equalNeedles.isEmpty();
        if (searches && text.contexts().stream().anyMatch(context -> context < LEAST_SEARCHED)) {
            throw new IllegalArgumentException(
                    "equal-fidelity and equal-needles need contexts of at least " + LEAST_SEARCHED);
        }
    }

    private static void requireTarget(String name, double target, boolean mayBeOne) {
        if (!(target > 0) || target > 1 || (target == 1 && !mayBeOne)) {
            throw new IllegalArgumentException(name + " is " + target + "; give a share of dense above 0 and "
                    + (mayBeOne ? "at most 1" : "below 1"));
        }
    }
}
