package dev.tarn.study.needle;

import java.util.List;

/**
 * One planted fact, or a set of names that a text holds.
 *
 * @param depth where it stands, as a fraction of the text before the question; NaN for what has no place
 * @param question tokens of the question and of the chat form up to where the answer begins
 * @param answer what a right answer says
 * @param answerTokens the answer as the model would write it, without an end token
 * @param names where a set is asked for, its members, each to be found in the answer in any order; else empty
 */
public record Needle(double depth, int[] question, String answer, int[] answerTokens, List<String> names) {
    /** A fact. */
    public Needle(double depth, int[] question, String answer, int[] answerTokens) {
        this(depth, question, answer, answerTokens, List.of());
    }

    /** How many things are asked for: the members of a set, or one. */
    public int asked() {
        return Math.max(1, names.size());
    }

    /** Tokens that an answer may take: a set's may be numbered, or set apart by more than spaces. */
    public int mostTokens() {
        return names.isEmpty() ? answerTokens.length : 2 * answerTokens.length;
    }
}
