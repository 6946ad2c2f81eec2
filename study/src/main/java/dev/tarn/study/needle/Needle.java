package dev.tarn.study.needle;

/**
 * One planted fact.
 *
 * @param depth where it stands, as a fraction of the text before the question
 * @param question tokens of the question and of the chat form up to where the answer begins
 * @param answer what a right answer says
 * @param answerTokens the answer as the model would write it, without an end token
 */
public record Needle(double depth, int[] question, String answer, int[] answerTokens) {}
