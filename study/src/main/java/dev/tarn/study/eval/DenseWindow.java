package dev.tarn.study.eval;

/**
 * What dense attention did with one window.
 *
 * @param score as of any attention
 * @param losses negative log likelihood of every token; that of token 0 is 0
 */
record DenseWindow(WindowScore score, double[] losses) {}
