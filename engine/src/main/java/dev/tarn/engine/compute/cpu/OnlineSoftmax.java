package dev.tarn.engine.compute.cpu;

import java.util.Arrays;

/**
 * Softmax over tiles of scores, row by row (Milakov and Gimelshein 2018): the largest score so far, the exp-sum and the weighted sum of
 * values relative to it.
 */
final class OnlineSoftmax {
    private final Kernels kernels;
    /** Largest score so far of each row. */
    float[] max = new float[0];
    /** Sum of exp(score - max) of each row. */
    float[] expSum = new float[0];
    /** Sum of exp(score - max) · value, [rows][valueDim]. */
    float[] weighted = new float[0];

    private int valueDim;

    OnlineSoftmax(Kernels kernels) {
        this.kernels = kernels;
    }

    /** Forgets everything and makes room for {@code rows} rows. */
    void begin(int rows, int valueDim) {
        this.valueDim = valueDim;
        if (max.length < rows) {
            max = new float[rows];
            expSum = new float[rows];
        }
        if (weighted.length < rows * valueDim) {
            weighted = new float[rows * valueDim];
        }
        Arrays.fill(max, 0, rows, Float.NEGATIVE_INFINITY);
        Arrays.fill(expSum, 0, rows, 0);
        Arrays.fill(weighted, 0, rows * valueDim, 0);
    }

    /**
     * Turns the scores of one row into weights, in place, and rescales what the row has so far; the caller adds the weighted values.
     *
     * @param at where the row's tile of {@code entries} scores begins
     * @param begin the first place that counts; those before it get weight 0
     * @param end the end of the places that count; those from it on get weight 0
     */
    void take(int row, float[] scores, int at, int begin, int end, int entries) {
        Arrays.fill(scores, at, at + begin, 0);
        Arrays.fill(scores, at + end, at + entries, 0);
        if (begin == end) {
            return;
        }
        float largest = kernels.max(scores, at + begin, end - begin);
        if (largest > max[row]) {
            float factor = (float) Math.exp(max[row] - largest);
            expSum[row] *= factor;
            kernels.scale(weighted, row * valueDim, valueDim, factor);
            max[row] = largest;
        }
        expSum[row] += kernels.expSum(scores, at + begin, end - begin, max[row]);
    }
}
