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

/**
 * {@link Kernels#gemv} over stored weights for the types without packed bits, with the Vector API. Each method is one flat loop, because C2 boxes
 * vectors that cross a call it does not inline.
 */
final class VectorFloatGemv {
    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final VectorSpecies<Integer> INTS = VectorSpec.INTS;
    private static final VectorSpecies<Short> SHORTS = VectorSpec.SHORTS;
    private static final VectorSpecies<Byte> BYTES = VectorSpec.BYTES;
    private static final int LANES = VectorSpec.LANES;
    private static final int STEP = BYTES.length();
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private VectorFloatGemv() {}

    static void float32(
            MemorySegment data,
            long offset,
            int rows,
            int cols,
            float[] x,
            int xOffset,
            float[] scratch,
            float[] y,
            int yOffset) {
        int wide = cols - cols % (4 * LANES);
        int end = cols - cols % LANES;
        for (int row = 0; row < rows; row++) {
            MemorySegment w = data.asSlice(offset + row * 4L * cols, 4L * cols);
            FloatVector a = FloatVector.zero(S);
            FloatVector b = FloatVector.zero(S);
            FloatVector c = FloatVector.zero(S);
            FloatVector d = FloatVector.zero(S);
            for (int i = 0; i < wide; i += 4 * LANES) {
                int at = xOffset + i;
                long from = 4L * i;
                a = FloatVector.fromMemorySegment(S, w, from, ORDER).fma(FloatVector.fromArray(S, x, at), a);
                b = FloatVector.fromMemorySegment(S, w, from + 4L * LANES, ORDER)
                        .fma(FloatVector.fromArray(S, x, at + LANES), b);
                c = FloatVector.fromMemorySegment(S, w, from + 8L * LANES, ORDER)
                        .fma(FloatVector.fromArray(S, x, at + 2 * LANES), c);
                d = FloatVector.fromMemorySegment(S, w, from + 12L * LANES, ORDER)
                        .fma(FloatVector.fromArray(S, x, at + 3 * LANES), d);
            }
            for (int i = wide; i < end; i += LANES) {
                a = FloatVector.fromMemorySegment(S, w, 4L * i, ORDER).fma(FloatVector.fromArray(S, x, xOffset + i), a);
            }
            float sum = VectorSpec.sum(a.add(b).add(c.add(d)));
            for (int i = end; i < cols; i++) {
                sum = Math.fma(w.get(BlockDecoder.FLOAT, 4L * i), x[xOffset + i], sum);
            }
            y[yOffset + row] = sum;
        }
    }

    static void bfloat16(
            MemorySegment data,
            long offset,
            int rows,
            int cols,
            float[] x,
            int xOffset,
            float[] scratch,
            float[] y,
            int yOffset) {
        int wide = cols - cols % (2 * LANES);
        for (int row = 0; row < rows; row++) {
            MemorySegment w = data.asSlice(offset + row * 2L * cols, 2L * cols);
            FloatVector a = FloatVector.zero(S);
            FloatVector b = FloatVector.zero(S);
            for (int i = 0; i < wide; i += 2 * LANES) {
                IntVector first = (IntVector) ShortVector.fromMemorySegment(SHORTS, w, 2L * i, ORDER)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
                IntVector second = (IntVector) ShortVector.fromMemorySegment(SHORTS, w, 2L * i + 2L * LANES, ORDER)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
                a = first.lanewise(VectorOperators.LSHL, 16)
                        .reinterpretAsFloats()
                        .fma(FloatVector.fromArray(S, x, xOffset + i), a);
                b = second.lanewise(VectorOperators.LSHL, 16)
                        .reinterpretAsFloats()
                        .fma(FloatVector.fromArray(S, x, xOffset + i + LANES), b);
            }
            float sum = VectorSpec.sum(a.add(b));
            for (int i = wide; i < cols; i++) {
                float weight = Float.intBitsToFloat(w.get(BlockDecoder.SHORT, 2L * i) << 16);
                sum = Math.fma(weight, x[xOffset + i], sum);
            }
            y[yOffset + row] = sum;
        }
    }

    /** Shifts a half's bits to where a float has them and corrects the exponent by a product, which handles subnormals too. */
    static void float16(
            MemorySegment data,
            long offset,
            int rows,
            int cols,
            float[] x,
            int xOffset,
            float[] scratch,
            float[] y,
            int yOffset) {
        int wide = cols - cols % (2 * LANES);
        for (int row = 0; row < rows; row++) {
            MemorySegment w = data.asSlice(offset + row * 2L * cols, 2L * cols);
            FloatVector a = FloatVector.zero(S);
            FloatVector b = FloatVector.zero(S);
            for (int i = 0; i < wide; i += 2 * LANES) {
                IntVector first = (IntVector) ShortVector.fromMemorySegment(SHORTS, w, 2L * i, ORDER)
                        .convertShape(VectorOperators.S2I, INTS, 0);
                IntVector second = (IntVector) ShortVector.fromMemorySegment(SHORTS, w, 2L * i + 2L * LANES, ORDER)
                        .convertShape(VectorOperators.S2I, INTS, 0);
                IntVector f = first.lanewise(VectorOperators.LSHL, 13)
                        .and(0x8fffffff)
                        .reinterpretAsFloats()
                        .mul(VectorDecoder.REBIAS)
                        .reinterpretAsInts();
                IntVector g = second.lanewise(VectorOperators.LSHL, 13)
                        .and(0x8fffffff)
                        .reinterpretAsFloats()
                        .mul(VectorDecoder.REBIAS)
                        .reinterpretAsInts();
                VectorMask<Integer> fSpecial = first.and(0x7c00).compare(VectorOperators.EQ, 0x7c00);
                VectorMask<Integer> gSpecial = second.and(0x7c00).compare(VectorOperators.EQ, 0x7c00);
                a = f.blend(f.or(0x7f800000), fSpecial)
                        .reinterpretAsFloats()
                        .fma(FloatVector.fromArray(S, x, xOffset + i), a);
                b = g.blend(g.or(0x7f800000), gSpecial)
                        .reinterpretAsFloats()
                        .fma(FloatVector.fromArray(S, x, xOffset + i + LANES), b);
            }
            float sum = VectorSpec.sum(a.add(b));
            for (int i = wide; i < cols; i++) {
                float weight = Float.float16ToFloat(w.get(BlockDecoder.SHORT, 2L * i));
                sum = Math.fma(weight, x[xOffset + i], sum);
            }
            y[yOffset + row] = sum;
        }
    }

    static void q8_0(
            MemorySegment data,
            long offset,
            int rows,
            int cols,
            float[] x,
            int xOffset,
            float[] scratch,
            float[] y,
            int yOffset) {
        int blocks = cols / 32;
        for (int row = 0; row < rows; row++) {
            MemorySegment w = data.asSlice(offset + row * 34L * blocks, 34L * blocks);
            FloatVector acc = FloatVector.zero(S);
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(w.get(BlockDecoder.SHORT, 34L * block));
                FloatVector sum = FloatVector.zero(S);
                for (int j = 0; j < 32; j += STEP) {
                    ByteVector q = ByteVector.fromMemorySegment(BYTES, w, 34L * block + 2 + j, ORDER);
                    int at = xOffset + 32 * block + j;
                    sum = ((FloatVector) q.convertShape(VectorOperators.B2F, S, 0))
                            .fma(FloatVector.fromArray(S, x, at), sum);
                    if (STEP > LANES) {
                        sum = ((FloatVector) q.convertShape(VectorOperators.B2F, S, 1))
                                .fma(FloatVector.fromArray(S, x, at + LANES), sum);
                    }
                }
                acc = sum.fma(FloatVector.broadcast(S, d), acc);
            }
            y[yOffset + row] = VectorSpec.sum(acc);
        }
    }
}
