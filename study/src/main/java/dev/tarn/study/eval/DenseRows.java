package dev.tarn.study.eval;

import dev.tarn.engine.decode.Sampler;

/** The dense model's distributions over the next token, for the rows of one forward pass. */
final class DenseRows {
    private final int vocabulary;
    private final float[] probabilities;
    private final double[] sums;
    private final double[] negativeEntropies;
    private final int[] likeliest;

    DenseRows(int rows, int vocabulary) {
        this.vocabulary = vocabulary;
        this.probabilities = new float[Math.multiplyExact(rows, vocabulary)];
        this.sums = new double[rows];
        this.negativeEntropies = new double[rows];
        this.likeliest = new int[rows];
    }

    /** Keeps a row's distribution, p = softmax(logits). */
    void keep(int row, float[] logits) {
        double normaliser = LogSoftmax.normaliser(logits);
        double sum = 0;
        double weighted = 0;
        int at = row * vocabulary;
        for (int i = 0; i < vocabulary; i++) {
            double log = logits[i] - normaliser;
            float p = (float) Math.exp(log);
            probabilities[at + i] = p;
            sum += p;
            weighted += p * log;
        }
        sums[row] = sum;
        negativeEntropies[row] = weighted / sum;
        likeliest[row] = Sampler.argmax(logits);
    }

    /** Σ p · (log p - log q) in nats, where q = softmax(logits). */
    double divergence(int row, float[] logits, double normaliser) {
        double cross = 0;
        int at = row * vocabulary;
        for (int i = 0; i < vocabulary; i++) {
            cross += probabilities[at + i] * (logits[i] - normaliser);
        }
        return Math.max(0, negativeEntropies[row] - cross / sums[row]);
    }

    int likeliest(int row) {
        return likeliest[row];
    }
}
