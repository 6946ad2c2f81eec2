package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.kv.EntryType;
import dev.tarn.engine.kv.IndexType;
import java.lang.foreign.MemorySegment;

/**
 * The numeric loops over caches, single-threaded. Callers have checked all bounds. Implementations are stateless, and all give the
 * same bits.
 */
public interface CacheKernels {
    /**
     * Reads one vector, a head's key or value, of each of {@code count} entries as floats: out[i] of [count][dim] is that of position
     * positions[from + i]. Reads nothing else.
     *
     * @param pages the cache's pages of entries
     * @param entryBytes bytes of an entry
     * @param at where the vector begins in an entry, in bytes
     * @param dim its numbers
     */
    void decode(
            EntryType type,
            MemorySegment[] pages,
            long entryBytes,
            long at,
            int dim,
            int[] positions,
            int from,
            int count,
            float[] out);

    /**
     * Adds weighted sums of values: out[h · dim + d] += Σ_i weights[h · stride + i] · values[i · valueStride + d] for i in 0..count-1,
     * added in the order of i with fused multiply-add.
     */
    void weigh(
            float[] weights,
            int stride,
            int heads,
            float[] values,
            int valueStride,
            int count,
            int dim,
            float[] out,
            int outOffset);

    /**
     * Lightning indexer scores of all tokens of a block of index keys: out[s] = Σ_j w[j] · max(0, q_j · k_s). Products are added in the
     * order of the dimensions, heads in their order, with fused multiply-add; the scale of an int8 key multiplies the sum.
     *
     * @param block as the cache stores it
     * @param dim numbers of an index key
     * @param q index queries of the heads, [heads][dim]
     * @param out receives {@link dev.tarn.engine.kv.KvCache#BLOCK} scores
     */
    void indexScores(
            IndexType type,
            MemorySegment block,
            int dim,
            float[] q,
            int qOffset,
            int heads,
            float[] w,
            int wOffset,
            float[] out,
            int outOffset);

    /**
     * Splits x[from..to-1] into groups of at most {@code span} numbers and writes the largest of each to {@code out}; NaN counts as
     * negative infinity. How the groups lie is the implementation's choice.
     *
     * @return the number of groups, at most (to - from) / span + 1
     */
    int maxima(float[] x, int from, int to, int span, float[] out, int outOffset);

    /** Writes the positions i in from..to-1 with x[i] >= threshold, ascending, to {@code positions}; returns how many. */
    int atLeast(float[] x, int from, int to, float threshold, int[] positions, int at);
}
