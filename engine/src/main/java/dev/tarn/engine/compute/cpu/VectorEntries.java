package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.kv.HalfOrder;
import dev.tarn.engine.kv.KvCache;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Keys and values as stored to floats with the Vector API; see {@link CacheKernels#decode}. One method for each type. */
final class VectorEntries {
    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final VectorSpecies<Integer> INTS = VectorSpec.INTS;
    private static final VectorSpecies<Byte> BYTES = VectorSpec.BYTES;
    private static final int LANES = VectorSpec.LANES;
    private static final int BYTE_LANES = BYTES.length();
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final int SHIFT = Integer.numberOfTrailingZeros(KvCache.BLOCK);
    private static final int MASK = KvCache.BLOCK - 1;

    /** Entries for which no vectors are made. */
    private static final int FEW = 16;

    /** Sign, exponent and mantissa of a half that was shifted from the top of a lane to float32's places. */
    static final int FIELDS = 0x8FFFE000;
    /** Moves float16's exponent bias of 15 to float32's of 127. */
    static final float REBIAS = 0x1p112f;

    private VectorEntries() {}

    static void floats(
            MemorySegment[] pages, long entryBytes, long at, int dim, int[] positions, int count, float[] y) {
        for (int i = 0; i < count; i++) {
            int position = positions[i];
            long begin = (position & MASK) * entryBytes + at;
            MemorySegment.copy(pages[position >>> SHIFT], FLOAT, begin, y, i * dim, dim);
        }
    }

    /**
     * Two numbers of a 32-bit lane at a time: an arithmetic shift leaves the sign at the top and the rest in float32's places, so that
     * the exponent's bias is all that is left to correct. Right for zeros and normal halves, which is all that is stored.
     */
    static void halves(
            MemorySegment[] pages, long entryBytes, long at, int dim, int[] positions, int count, float[] y) {
        if (count <= FEW) {
            fewHalves(pages, entryBytes, at, dim, positions, count, y);
            return;
        }
        int runs = dim - dim % HalfOrder.RUN;
        for (int i = 0; i < count; i++) {
            int position = positions[i];
            MemorySegment page = pages[position >>> SHIFT];
            long begin = (position & MASK) * entryBytes + at;
            int to = i * dim;
            for (int d = 0; d < runs; d += HalfOrder.RUN) {
                for (int j = 0; j < HalfOrder.RUN / 2; j += LANES) {
                    IntVector pairs = IntVector.fromMemorySegment(INTS, page, begin + 2L * d + 4L * j, ORDER);
                    pairs.lanewise(VectorOperators.LSHL, 16)
                            .lanewise(VectorOperators.ASHR, 3)
                            .and(FIELDS)
                            .reinterpretAsFloats()
                            .mul(REBIAS)
                            .intoArray(y, to + d + j);
                    pairs.lanewise(VectorOperators.ASHR, 3)
                            .and(FIELDS)
                            .reinterpretAsFloats()
                            .mul(REBIAS)
                            .intoArray(y, to + d + j + HalfOrder.RUN / 2);
                }
            }
            for (int d = runs; d < dim; d++) {
                y[to + d] = Float.float16ToFloat(page.get(HALF, begin + 2L * d));
            }
        }
    }

    /** The same for a context so short that it is read before anything is compiled, when a vector's instruction is a dozen calls. */
    private static void fewHalves(
            MemorySegment[] pages, long entryBytes, long at, int dim, int[] positions, int count, float[] y) {
        int runs = dim - dim % HalfOrder.RUN;
        short[] stored = new short[dim];
        for (int i = 0; i < count; i++) {
            int position = positions[i];
            long begin = (position & MASK) * entryBytes + at;
            MemorySegment.copy(pages[position >>> SHIFT], HALF, begin, stored, 0, dim);
            for (int d = 0; d < runs; d += HalfOrder.RUN) {
                int to = i * dim + d;
                for (int j = 0; j < HalfOrder.RUN / 2; j++) {
                    y[to + j] = normal(stored[d + 2 * j]);
                    y[to + j + HalfOrder.RUN / 2] = normal(stored[d + 2 * j + 1]);
                }
            }
            for (int d = runs; d < dim; d++) {
                y[i * dim + d] = Float.float16ToFloat(stored[d]);
            }
        }
    }

    private static float normal(short half) {
        return Float.intBitsToFloat(half << 16 >> 3 & FIELDS) * REBIAS;
    }

    static void bytes(MemorySegment[] pages, long entryBytes, long at, int dim, int[] positions, int count, float[] y) {
        int end = dim - dim % BYTE_LANES;
        for (int i = 0; i < count; i++) {
            int position = positions[i];
            MemorySegment page = pages[position >>> SHIFT];
            long begin = (position & MASK) * entryBytes + at;
            float scale = page.get(FLOAT, begin + dim);
            int to = i * dim;
            for (int d = 0; d < end; d += BYTE_LANES) {
                ByteVector b = ByteVector.fromMemorySegment(BYTES, page, begin + d, ORDER);
                ((FloatVector) b.castShape(S, 0)).mul(scale).intoArray(y, to + d);
                if (BYTE_LANES > LANES) {
                    ((FloatVector) b.castShape(S, 1)).mul(scale).intoArray(y, to + d + LANES);
                }
            }
            for (int d = end; d < dim; d++) {
                y[to + d] = page.get(BYTE, begin + d) * scale;
            }
        }
    }

    static long touch(MemorySegment[] pages, long entryBytes, int[] positions, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            int position = positions[i];
            MemorySegment page = pages[position >>> SHIFT];
            long begin = (position & MASK) * entryBytes;
            long end = begin + entryBytes - 1;
            for (long at = begin; at < end; at += PlainCacheKernels.CACHE_LINE) {
                sum += page.get(BYTE, at);
            }
            sum += page.get(BYTE, end);
        }
        return sum;
    }
}
