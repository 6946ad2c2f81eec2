package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.kv.KvCache;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Attention of one worker over tiles of {@link KvCache#BLOCK} entries, merged by online softmax. One instance belongs to one
 * worker; its arrays are scratch.
 */
final class TileAttention {
    private static final int BLOCK = KvCache.BLOCK;
    /** Query tokens that share a pass over the keys in dense prefill. */
    static final int QUERIES = 32;

    private final Kernels kernels;
    private float[] queries = new float[0];
    private float[] keys = new float[0];
    private float[] values = new float[0];
    private float[] scores = new float[0];
    private float[] output = new float[0];
    private float[] max = new float[0];
    private float[] expSum = new float[0];
    private float[] key = new float[0];

    TileAttention(Kernels kernels) {
        this.kernels = kernels;
    }

    private void reserve(AttentionShape shape, int rows) {
        if (queries.length < rows * shape.keyDim()) {
            queries = new float[rows * shape.keyDim()];
        }
        if (scores.length < rows * BLOCK) {
            scores = new float[rows * BLOCK];
            max = new float[rows];
            expSum = new float[rows];
        }
        if (output.length < rows * shape.valueDim()) {
            output = new float[rows * shape.valueDim()];
        }
        if (keys.length < BLOCK * shape.keyDim()) {
            keys = new float[BLOCK * shape.keyDim()];
            key = new float[shape.keyDim()];
        }
        if (values.length < BLOCK * shape.valueDim()) {
            values = new float[BLOCK * shape.valueDim()];
        }
    }

    /**
     * Causal attention of the query heads of one KV head for up to {@link #QUERIES} tokens, each over the last {@code window}
     * positions: rows firstRow..firstRow+count-1 of q, at positions firstPosition + row.
     */
    void dense(
            AttentionShape shape,
            KvCache cache,
            int layer,
            int kvHead,
            HostTensor q,
            int firstRow,
            int count,
            int firstPosition,
            int window,
            HostTensor out) {
        int group = shape.groupSize();
        int rows = count * group;
        reserve(shape, rows);
        for (int r = 0; r < rows; r++) {
            loadQuery(shape, q, firstRow + r / group, kvHead * group + r % group, r);
        }
        Arrays.fill(max, 0, rows, Float.NEGATIVE_INFINITY);
        Arrays.fill(expSum, 0, rows, 0);
        Arrays.fill(output, 0, rows * shape.valueDim(), 0);
        int start = firstPosition + firstRow;
        int oldest = Math.max(0, start + 1 - window);
        for (int from = oldest / BLOCK * BLOCK; from < start + count; from += BLOCK) {
            int entries = Math.min(BLOCK, start + count - from);
            loadTransposed(shape, cache, layer, kvHead, from, entries);
            int lanes = Math.min(BLOCK, (entries + 15) / 16 * 16);
            kernels.gemm(
                    queries, 0, shape.keyDim(), keys, 0, BLOCK, scores, 0, BLOCK, rows, shape.keyDim(), lanes, false);
            for (int r = 0; r < rows; r++) {
                int end = start + r / group + 1;
                int begin = Math.clamp((long) end - window - from, 0, entries);
                softmax(shape, r, begin, Math.clamp((long) end - from, begin, entries), entries);
            }
            kernels.gemm(
                    scores,
                    0,
                    BLOCK,
                    values,
                    0,
                    shape.valueDim(),
                    output,
                    0,
                    shape.valueDim(),
                    rows,
                    entries,
                    shape.valueDim(),
                    true);
        }
        for (int r = 0; r < rows; r++) {
            int to = (firstRow + r / group) * out.cols() + (kvHead * group + r % group) * shape.valueDim();
            float inverse = 1 / expSum[r];
            for (int d = 0; d < shape.valueDim(); d++) {
                out.data()[to + d] = output[r * shape.valueDim() + d] * inverse;
            }
        }
    }

    private void loadQuery(AttentionShape shape, HostTensor q, int row, int head, int slot) {
        int from = row * q.cols() + head * shape.keyDim();
        for (int d = 0; d < shape.keyDim(); d++) {
            queries[slot * shape.keyDim() + d] = q.data()[from + d] * shape.scale();
        }
    }

    private void loadTransposed(AttentionShape shape, KvCache cache, int layer, int kvHead, int from, int entries) {
        for (int i = 0; i < entries; i++) {
            cache.readKey(layer, from + i, kvHead, key, 0);
            for (int d = 0; d < shape.keyDim(); d++) {
                keys[d * BLOCK + i] = key[d];
            }
            cache.readValue(layer, from + i, kvHead, values, i * shape.valueDim());
        }
    }

    /** Turns the scores of one row into weights; places outside {@code begin}..{@code end}-1 get weight 0. */
    private void softmax(AttentionShape shape, int row, int begin, int end, int entries) {
        int at = row * BLOCK + begin;
        int valid = end - begin;
        Arrays.fill(scores, row * BLOCK, at, 0);
        Arrays.fill(scores, at + valid, row * BLOCK + entries, 0);
        if (valid == 0) {
            return;
        }
        float tileMax = kernels.max(scores, at, valid);
        if (tileMax > max[row]) {
            float factor = (float) Math.exp(max[row] - tileMax);
            expSum[row] *= factor;
            kernels.scale(output, row * shape.valueDim(), shape.valueDim(), factor);
            max[row] = tileMax;
        }
        expSum[row] += kernels.expSum(scores, at, valid, max[row]);
    }

    /**
     * Adds the entries at {@code positions} (or, where that is empty, at first..first+count-1) to the state of one query token, for the
     * query heads of one KV head. Reads no other entry. Scores go to {@code told}, if any, from {@code toldAt} on, [group][count].
     */
    void gather(
            AttentionShape shape,
            KvCache cache,
            int layer,
            int kvHead,
            HostTensor q,
            int row,
            int[] positions,
            int first,
            int count,
            AttentionState state,
            float @Nullable [] told,
            int toldAt) {
        int group = shape.groupSize();
        int head = kvHead * group;
        reserve(shape, group);
        for (int h = 0; h < group; h++) {
            loadQuery(shape, q, row, head + h, h);
        }
        System.arraycopy(state.max, head, max, 0, group);
        System.arraycopy(state.expSum, head, expSum, 0, group);
        System.arraycopy(state.weighted, head * shape.valueDim(), output, 0, group * shape.valueDim());
        for (int from = 0; from < count; from += BLOCK) {
            int entries = Math.min(BLOCK, count - from);
            for (int i = 0; i < entries; i++) {
                int position = positions.length == 0 ? first + from + i : positions[from + i];
                cache.readKey(layer, position, kvHead, keys, i * shape.keyDim());
                cache.readValue(layer, position, kvHead, values, i * shape.valueDim());
            }
            for (int h = 0; h < group; h++) {
                kernels.gemv(keys, 0, entries, shape.keyDim(), queries, h * shape.keyDim(), scores, h * BLOCK);
                if (told != null) {
                    System.arraycopy(scores, h * BLOCK, told, toldAt + h * count + from, entries);
                }
                softmax(shape, h, 0, entries, entries);
            }
            kernels.gemm(
                    scores,
                    0,
                    BLOCK,
                    values,
                    0,
                    shape.valueDim(),
                    output,
                    0,
                    shape.valueDim(),
                    group,
                    entries,
                    shape.valueDim(),
                    true);
        }
        System.arraycopy(max, 0, state.max, head, group);
        System.arraycopy(expSum, 0, state.expSum, head, group);
        System.arraycopy(output, 0, state.weighted, head * shape.valueDim(), group * shape.valueDim());
    }

    /** Scaled scores of one query head against positions from..from+count-1. */
    void scores(
            AttentionShape shape,
            KvCache cache,
            int layer,
            HostTensor q,
            int row,
            int head,
            int from,
            int count,
            float[] out) {
        reserve(shape, 1);
        loadQuery(shape, q, row, head, 0);
        for (int done = 0; done < count; done += BLOCK) {
            int entries = Math.min(BLOCK, count - done);
            for (int i = 0; i < entries; i++) {
                cache.readKey(layer, from + done + i, head / shape.groupSize(), keys, i * shape.keyDim());
            }
            kernels.gemv(keys, 0, entries, shape.keyDim(), queries, 0, out, from + done);
        }
    }
}
