package dev.tarn.study.needle;

/**
 * A sentence to plant.
 *
 * @param depth where, as a fraction of the text
 * @param text the sentence
 */
public record Statement(double depth, String text) {}
