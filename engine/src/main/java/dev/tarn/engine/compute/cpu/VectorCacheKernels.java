package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.kv.EntryType;
import dev.tarn.engine.kv.IndexType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The loops over caches with the Vector API. */
final class VectorCacheKernels implements CacheKernels {
    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final int LANES = VectorSpec.LANES;

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
        switch (type) {
            case F32 -> VectorEntries.floats(pages, entryBytes, at, dim, positions, from, count, out);
            case F16 -> VectorEntries.halves(pages, entryBytes, at, dim, positions, from, count, out);
            case Q8 -> VectorEntries.bytes(pages, entryBytes, at, dim, positions, from, count, out);
        }
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
        VectorWeights.weigh(weights, stride, heads, values, valueStride, count, dim, out, outOffset);
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
        switch (type) {
            case F32 -> VectorIndexScores.floats(block, dim, q, qOffset, heads, w, wOffset, out, outOffset);
            case I8 -> VectorIndexScores.bytes(block, dim, q, qOffset, heads, w, wOffset, out, outOffset);
        }
    }

    /** Groups of every LANES-th number, so that a vector of groups is taken at once; the rest one after the other. */
    @Override
    public int maxima(float[] x, int from, int to, int span, float[] out, int outOffset) {
        int groups = 0;
        int wide = span * LANES;
        int begin = from;
        for (; begin + wide <= to; begin += wide) {
            FloatVector max = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
            for (int i = begin; i < begin + wide; i += LANES) {
                FloatVector v = FloatVector.fromArray(S, x, i);
                max = max.blend(v, v.compare(VectorOperators.GT, max));
            }
            max.intoArray(out, outOffset + groups);
            groups += LANES;
        }
        for (; begin < to; begin += span) {
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
        int end = to - (to - from) % LANES;
        for (int i = from; i < end; i += LANES) {
            long found = FloatVector.fromArray(S, x, i)
                    .compare(VectorOperators.GE, threshold)
                    .toLong();
            while (found != 0) {
                positions[n++] = i + Long.numberOfTrailingZeros(found);
                found &= found - 1;
            }
        }
        for (int i = end; i < to; i++) {
            if (x[i] >= threshold) {
                positions[n++] = i;
            }
        }
        return n - at;
    }
}
