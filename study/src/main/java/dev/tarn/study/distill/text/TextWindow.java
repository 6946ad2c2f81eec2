package dev.tarn.study.distill.text;

/**
 * One window of training text.
 *
 * @param tokens its token ids
 * @param tail where its questions and answers begin; the window's length where it has none
 */
public record TextWindow(int[] tokens, int tail) {}
