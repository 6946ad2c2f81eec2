package dev.tarn.study.distill.text;

/**
 * One generated fact.
 *
 * @param template which template it came from
 * @param statement what is planted in the text
 * @param question what is asked
 * @param sentence the answer as a sentence
 * @param value the answer alone
 */
record Fact(int template, String statement, String question, String sentence, String value) {}
