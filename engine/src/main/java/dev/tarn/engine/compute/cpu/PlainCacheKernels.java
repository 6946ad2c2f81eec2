package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.kv.EntryType;
import dev.tarn.engine.kv.HalfOrder;
import dev.tarn.engine.kv.IndexType;
import dev.tarn.engine.kv.KvCache;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Each loop over caches as its formula reads. */
final class PlainCacheKernels implements CacheKernels {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    @Override
    public void decode(
            EntryType type,
            MemorySegment[] pages,
            long entryBytes,
            long at,
            int dim,
            int[] positions,
            int from,
            int count,
            float[] out) {
        for (int i = 0; i < count; i++) {
            int position = positions[from + i];
            MemorySegment page = pages[position / KvCache.BLOCK];
            long begin = position % KvCache.BLOCK * entryBytes + at;
            for (int d = 0; d < dim; d++) {
                out[i * dim + d] = number(type, page, begin, dim, d);
            }
        }
    }

    /** Number {@code d} of the vector of {@code dim} numbers at {@code begin}. */
    static float number(EntryType type, MemorySegment page, long begin, int dim, int d) {
        return switch (type) {
            case F32 -> page.get(FLOAT, begin + (long) Float.BYTES * d);
            case F16 -> Float.float16ToFloat(page.get(SHORT, begin + (long) Short.BYTES * HalfOrder.place(d, dim)));
            case Q8 -> page.get(BYTE, begin + d) * page.get(FLOAT, begin + dim);
        };
    }

    @Override
    public void weigh(
            float[] weights,
            int stride,
            int heads,
            float[] values,
            int valueStride,
            int count,
            int dim,
            float[] out,
            int outOffset) {
        for (int h = 0; h < heads; h++) {
            for (int d = 0; d < dim; d++) {
                float sum = out[outOffset + h * dim + d];
                for (int i = 0; i < count; i++) {
                    sum = Math.fma(weights[h * stride + i], values[i * valueStride + d], sum);
                }
                out[outOffset + h * dim + d] = sum;
            }
        }
    }

    @Override
    public void indexScores(
            IndexType type,
            MemorySegment block,
            int dim,
            float[] q,
            int qOffset,
            int heads,
            float[] w,
            int wOffset,
            float[] out,
            int outOffset) {
        for (int s = 0; s < KvCache.BLOCK; s++) {
            float score = 0;
            for (int j = 0; j < heads; j++) {
                float product = 0;
                for (int d = 0; d < dim; d++) {
                    product = Math.fma(q[qOffset + j * dim + d], indexNumber(type, block, d, s), product);
                }
                score = Math.fma(w[wOffset + j], Math.max(0, product), score);
            }
            out[outOffset + s] = type == IndexType.I8 ? score * scale(block, dim, s) : score;
        }
    }

    private static float indexNumber(IndexType type, MemorySegment block, int d, int s) {
        long place = (long) d * KvCache.BLOCK + s;
        return type == IndexType.I8 ? block.get(BYTE, place) : block.get(FLOAT, Float.BYTES * place);
    }

    private static float scale(MemorySegment block, int dim, int s) {
        return block.get(FLOAT, (long) dim * KvCache.BLOCK + (long) Float.BYTES * s);
    }

    @Override
    public int maxima(float[] x, int from, int to, int span, float[] out, int outOffset) {
        int groups = 0;
        for (int begin = from; begin < to; begin += span) {
            float max = Float.NEGATIVE_INFINITY;
            for (int i = begin; i < Math.min(to, begin + span); i++) {
                max = x[i] > max ? x[i] : max;
            }
            out[outOffset + groups++] = max;
        }
        return groups;
    }

    @Override
    public int atLeast(float[] x, int from, int to, float threshold, int[] positions, int at) {
        int n = at;
        for (int i = from; i < to; i++) {
            if (x[i] >= threshold) {
                positions[n++] = i;
            }
        }
        return n - at;
    }
}
