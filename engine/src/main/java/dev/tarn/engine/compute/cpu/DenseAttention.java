package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import java.lang.foreign.MemorySegment;

/**
 * Causal attention of many query tokens over tiles of {@link KvCache#BLOCK} consecutive entries, which are read once for
 * {@link #QUERIES} tokens. One instance belongs to one worker; its arrays are scratch.
 */
final class DenseAttention {
    private static final int BLOCK = KvCache.BLOCK;
    /** Query tokens that share a pass over the keys. */
    static final int QUERIES = 64;

    private static final int[] CONSECUTIVE = {};

    private final Kernels kernels;
    private final EntryTiles tile;
    private final OnlineSoftmax sums;
    /** Keys of a tile, [keyDim][BLOCK]. */
    private float[] transposed = new float[0];

    DenseAttention(Kernels kernels) {
        this.kernels = kernels;
        this.tile = new EntryTiles(kernels.cache());
        this.sums = new OnlineSoftmax(kernels);
    }

    /**
     * Attention of the query heads of one KV head for up to {@link #QUERIES} tokens, each over the last {@code window} positions: rows
     * firstRow..firstRow+count-1 of q, at positions firstPosition + row.
     */
    void run(
            AttentionShape shape,
            KvShape stored,
            MemorySegment[] pages,
            int kvHead,
            HostTensor q,
            int firstRow,
            int count,
            int firstPosition,
            int window,
            HostTensor out) {
        int group = shape.groupSize();
        int rows = count * group;
        begin(shape, stored, pages, rows);
        for (int r = 0; r < rows; r++) {
            int from = (firstRow + r / group) * q.cols() + (kvHead * group + r % group) * shape.keyDim();
            tile.loadQuery(q.data(), from, shape.scale(), r);
        }
        int start = firstPosition + firstRow;
        int oldest = Math.max(0, start + 1 - window);
        for (int from = oldest / BLOCK * BLOCK; from < start + count; from += BLOCK) {
            int entries = Math.min(BLOCK, start + count - from);
            score(shape, kvHead, from, entries, rows);
            for (int r = 0; r < rows; r++) {
                int end = start + r / group + 1;
                int begin = Math.clamp((long) end - window - from, 0, entries);
                sums.take(r, tile.scores, r * BLOCK, begin, Math.clamp((long) end - from, begin, entries), entries);
            }
            tile.readValues(kvHead, shape.valueDim(), entries);
            kernels.gemm(
                    tile.scores,
                    0,
                    BLOCK,
                    tile.values(),
                    0,
                    tile.valueStride(shape.valueDim()),
                    sums.weighted,
                    0,
                    shape.valueDim(),
                    rows,
                    entries,
                    shape.valueDim(),
                    true);
        }
        for (int r = 0; r < rows; r++) {
            int to = (firstRow + r / group) * out.cols() + (kvHead * group + r % group) * shape.valueDim();
            float inverse = 1 / sums.expSum[r];
            for (int d = 0; d < shape.valueDim(); d++) {
                out.data()[to + d] = sums.weighted[r * shape.valueDim() + d] * inverse;
            }
        }
    }

    private void begin(AttentionShape shape, KvShape stored, MemorySegment[] pages, int rows) {
        tile.begin(shape, stored, pages, rows);
        sums.begin(rows, shape.valueDim());
        if (transposed.length < BLOCK * shape.keyDim()) {
            transposed = new float[BLOCK * shape.keyDim()];
        }
    }

    /** Scores of all rows against the keys of a tile. */
    private void score(AttentionShape shape, int kvHead, int from, int entries, int rows) {
        int dim = shape.keyDim();
        tile.fetch(CONSECUTIVE, 0, from, entries);
        tile.readKeys(kvHead, entries);
        for (int i = 0; i < entries; i++) {
            for (int d = 0; d < dim; d++) {
                transposed[d * BLOCK + i] = tile.keys[i * dim + d];
            }
        }
        int lanes = Math.min(BLOCK, (entries + 15) / 16 * 16);
        kernels.gemm(tile.queries, 0, dim, transposed, 0, BLOCK, tile.scores, 0, BLOCK, rows, dim, lanes, false);
    }

    /** Scaled scores of one query head against positions from..from+count-1. */
    void scores(
            AttentionShape shape,
            KvShape stored,
            MemorySegment[] pages,
            HostTensor q,
            int row,
            int head,
            int from,
            int count,
            float[] out) {
        tile.begin(shape, stored, pages, 1);
        tile.loadQuery(q.data(), row * q.cols() + head * shape.keyDim(), shape.scale(), 0);
        for (int done = 0; done < count; done += BLOCK) {
            int entries = Math.min(BLOCK, count - done);
            tile.fetch(CONSECUTIVE, done, from, entries);
            tile.readKeys(head / shape.groupSize(), entries);
            kernels.gemv(tile.keys, 0, entries, shape.keyDim(), tile.queries, 0, out, from + done);
        }
    }
}
