package dev.tarn.study;

import java.util.List;

/**
 * What an evaluation found.
 *
 * @param rows by context, then by attention in the order of the options
 * @param equalFidelity by target, context, attention
 * @param equalNeedles the same
 * @param texts names of the texts whose windows were read
 */
public record EvaluationResult(
        List<EvaluationRow> rows, List<EqualRow> equalFidelity, List<EqualRow> equalNeedles, List<String> texts) {}
