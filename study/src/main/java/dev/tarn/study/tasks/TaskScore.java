package dev.tarn.study.tasks;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Questions answered under one attention at one length.
 *
 * @param right answers that were exactly right; of sets, members found
 * @param n questions asked; of sets, members
 * @param depths the same by depth of what was asked for, equal shares of the text, shallowest first; empty where a task has no depths
 * @param entries mean entries of a selection at the positions of questions and answers
 * @param kvBytesPerToken bytes of selected entries there, all layers
 * @param indexBytesPerToken bytes of index data that the ranking read there
 */
public record TaskScore(
        int right, int n, List<Depth> depths, double entries, double kvBytesPerToken, double indexBytesPerToken) {
    /** Answers for one share of the depth. */
    public record Depth(double from, double to, int right, int n) {}

    /** Several tasks' scores as one; bytes are means by question, and depths are left out. */
    public static TaskScore pooled(Collection<TaskScore> scores) {
        int n = scores.stream().mapToInt(TaskScore::n).sum();
        return new TaskScore(
                scores.stream().mapToInt(TaskScore::right).sum(),
                n,
                List.of(),
                mean(scores, n, TaskScore::entries),
                mean(scores, n, TaskScore::kvBytesPerToken),
                mean(scores, n, TaskScore::indexBytesPerToken));
    }

    private static double mean(Collection<TaskScore> scores, int n, ToDoubleFunction<TaskScore> value) {
        return scores.stream()
                        .mapToDouble(score -> score.n * value.applyAsDouble(score))
                        .sum()
                / n;
    }

    /** The share of right answers. */
    @JsonIgnore
    public double rate() {
        return (double) right / n;
    }

    /** The standard error of the rate, by the binomial distribution. */
    @JsonIgnore
    public double rateError() {
        return Math.sqrt(rate() * (1 - rate()) / n);
    }
}
