package dev.tarn.study.needle;

import java.util.List;

/**
 * A text with planted facts.
 *
 * @param length tokens of text, question, answer and end token together, at most
 * @param context tokens from the beginning of the sequence to the end of the text; each question continues it
 * @param needles the facts, in the order in which they stand
 */
public record NeedlePrompt(int length, int[] context, List<Needle> needles) {}
