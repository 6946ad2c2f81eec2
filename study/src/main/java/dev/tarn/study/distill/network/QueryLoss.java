package dev.tarn.study.distill.network;

import dev.tarn.engine.compute.cpu.Kernels;
import java.util.Arrays;

/**
 * The loss of one query and its gradient: with P the target and q the softmax of the scores over the candidates, KL(P || q) and
 * d KL / d score = q - P. Belongs to one worker.
 */
final class QueryLoss {
    private static final float EXCLUDED = -1e30f;
    private static final float TINY = 1e-20f;

    private final Kernels kernels;
    private float[] sorted = new float[0];

    QueryLoss(Kernels kernels) {
        this.kernels = kernels;
    }

    /**
     * Makes one row the target distribution over candidates from..to-1: head mean and maximum, each L1-normalised there, mixed.
     *
     * @param mean the head mean of dense attention; receives the target
     * @param max the head maximum; not read where its share is 0
     * @return the mass of dense attention that falls on the candidates
     */
    float target(float[] mean, float[] max, float share, int at, int from, int to) {
        float mass = sum(mean, at + from, to - from);
        kernels.scale(mean, at + from, to - from, (1 - share) / Math.max(mass, TINY));
        if (share > 0) {
            float factor = share / Math.max(sum(max, at + from, to - from), TINY);
            for (int s = at + from; s < at + to; s++) {
                mean[s] = Math.fma(max[s], factor, mean[s]);
            }
        }
        return mass;
    }

    /**
     * Leaves only the {@code k} best-ranked candidates in the loss (all where k is 0): others get a score that vanishes and no
     * target.
     */
    void restrict(int k, float[] target, float[] scores, int at, int from, int to) {
        int n = to - from;
        if (k == 0 || k >= n) {
            return;
        }
        if (sorted.length < n) {
            sorted = new float[n];
        }
        System.arraycopy(scores, at + from, sorted, 0, n);
        Arrays.sort(sorted, 0, n);
        float threshold = sorted[n - k];
        for (int s = at + from; s < at + to; s++) {
            if (scores[s] < threshold) {
                scores[s] = EXCLUDED;
                target[s] = 0;
            }
        }
        kernels.scale(target, at + from, n, 1 / Math.max(sum(target, at + from, n), TINY));
    }

    /** KL(P || softmax of the scores), in nats. */
    double divergence(float[] target, float[] scores, int at, int from, int to) {
        double max = kernels.max(scores, at + from, to - from);
        double sum = 0;
        double cross = 0;
        double mass = 0;
        for (int s = at + from; s < at + to; s++) {
            sum += Math.exp(scores[s] - max);
            if (target[s] > 0) {
                cross += target[s] * (Math.log(target[s]) - scores[s]);
                mass += target[s];
            }
        }
        return cross + mass * (max + Math.log(sum));
    }

    /** Replaces the scores of candidates from..to-1 by the loss by them, times {@code weight}. */
    void gradient(float[] target, float[] scores, int at, int from, int to, float weight) {
        int n = to - from;
        float sum = kernels.expSum(scores, at + from, n, kernels.max(scores, at + from, n));
        float factor = 1 / sum;
        for (int s = at + from; s < at + to; s++) {
            scores[s] = (scores[s] * factor - target[s]) * weight;
        }
    }

    private static float sum(float[] x, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += x[i];
        }
        return (float) sum;
    }
}
