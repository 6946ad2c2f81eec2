package dev.tarn.engine.compute.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Stored weights to floats with the Vector API, for the types where that is faster than {@link BlockDecoder}. */
final class VectorDecoder {
    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final VectorSpecies<Integer> INTS = VectorSpec.INTS;
    private static final VectorSpecies<Byte> BYTES = VectorSpec.BYTES;
    private static final int LANES = VectorSpec.LANES;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    /** Moves float16's exponent bias of 15 to float32's of 127. */
    static final float REBIAS = 0x1p112f;

    private VectorDecoder() {}

    static void bfloat16(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        int end = count - count % LANES;
        for (int i = 0; i < end; i += LANES) {
            ints(data, offset + 2L * i)
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsFloats()
                    .intoArray(y, yOffset + i);
        }
        for (int i = end; i < count; i++) {
            y[yOffset + i] = Float.intBitsToFloat(data.get(BlockDecoder.SHORT, offset + 2L * i) << 16);
        }
    }

    static void float16(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        int end = count - count % LANES;
        for (int i = 0; i < end; i += LANES) {
            IntVector half = ints(data, offset + 2L * i);
            IntVector sign = half.and(0x8000).lanewise(VectorOperators.LSHL, 16);
            FloatVector magnitude = half.and(0x7fff)
                    .lanewise(VectorOperators.LSHL, 13)
                    .reinterpretAsFloats()
                    .mul(REBIAS);
            VectorMask<Integer> special = half.and(0x7c00).compare(VectorOperators.EQ, 0x7c00);
            IntVector bits = magnitude.reinterpretAsInts();
            bits = bits.blend(bits.or(0x7f800000), special);
            bits.or(sign).reinterpretAsFloats().intoArray(y, yOffset + i);
        }
        for (int i = end; i < count; i++) {
            y[yOffset + i] = Float.float16ToFloat(data.get(BlockDecoder.SHORT, offset + 2L * i));
        }
    }

    private static IntVector ints(MemorySegment data, long offset) {
        return (IntVector) ShortVector.fromMemorySegment(VectorSpec.SHORTS, data, offset, ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
    }

    static void q8_0(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 32; block++) {
            long at = offset + 34L * block;
            float scale = Float.float16ToFloat(data.get(BlockDecoder.SHORT, at));
            for (int i = 0; i < 32; i += BYTES.length()) {
                ByteVector q = ByteVector.fromMemorySegment(BYTES, data, at + 2 + i, ORDER);
                int to = yOffset + 32 * block + i;
                ((FloatVector) q.castShape(S, 0)).mul(scale).intoArray(y, to);
                if (BYTES.length() > LANES) {
                    ((FloatVector) q.castShape(S, 1)).mul(scale).intoArray(y, to + LANES);
                }
            }
        }
    }
}
