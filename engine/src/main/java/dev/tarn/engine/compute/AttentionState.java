package dev.tarn.engine.compute;

import java.util.Arrays;

/**
 * Attention of one query token over the entries taken so far, for all heads, before division by the exp-sum: what online
 * softmax carries from wave to wave (Milakov and Gimelshein 2018, algorithm 3).
 */
public final class AttentionState {
    /** Largest score seen so far, per head. */
    public final float[] max;

    /** Sum of exp(score - max) over the entries taken, per head. */
    public final float[] expSum;

    /** Sum of exp(score - max) · value, [heads][valueDim]. */
    public final float[] weighted;

    private final int valueDim;

    /** A state for heads of the shape, with nothing taken yet. */
    public AttentionState(AttentionShape shape) {
        max = new float[shape.heads()];
        expSum = new float[shape.heads()];
        weighted = new float[shape.heads() * shape.valueDim()];
        valueDim = shape.valueDim();
        reset();
    }

    /** Forgets everything taken. */
    public void reset() {
        Arrays.fill(max, Float.NEGATIVE_INFINITY);
        Arrays.fill(expSum, 0);
        Arrays.fill(weighted, 0);
    }

    /** Writes the attention output of head {@code head}. */
    public void output(int head, float[] out, int offset) {
        float inverse = 1 / expSum[head];
        for (int d = 0; d < valueDim; d++) {
            out[offset + d] = weighted[head * valueDim + d] * inverse;
        }
    }
}
