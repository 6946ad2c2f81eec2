package dev.tarn.study;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.tarn.study.eval.TextScores;
import dev.tarn.study.tasks.TaskScore;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One attention at one context length.
 *
 * @param attention the spec as resolved
 * @param context tokens of a window or prompt
 * @param text figures over text; null where none was read
 * @param tasks scores by task; null where nothing was asked
 */
public record EvaluationRow(
        String attention,
        int context,
        @JsonUnwrapped @Nullable TextScores text,
        @Nullable Map<String, TaskScore> tasks) {}
