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
    private static final MemorySegment MEMORY = NativeMemory.ALL;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private VectorFloatGemv() {}

    static void float32(long address, int rows, int cols, long activations, float[] scratch, float[] y, int yOffset) {
        long x = NativeMemory.bounded(activations);
        int wide = cols - cols % (4 * LANES);
        int end = cols - cols % LANES;
        for (int row = 0; row < rows; row++) {
            long start = NativeMemory.bounded(address + row * 4L * cols);
            FloatVector a = FloatVector.zero(S);
            FloatVector b = FloatVector.zero(S);
            FloatVector c = FloatVector.zero(S);
            FloatVector d = FloatVector.zero(S);
            for (int i = 0; i < wide; i += 4 * LANES) {
                long at = x + 4L * i;
                long from = 4L * i;
                a = FloatVector.fromMemorySegment(S, MEMORY, start + from, ORDER)
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, at, ORDER), a);
                b = FloatVector.fromMemorySegment(S, MEMORY, start + from + 4L * LANES, ORDER)
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 4L * LANES, ORDER), b);
                c = FloatVector.fromMemorySegment(S, MEMORY, start + from + 8L * LANES, ORDER)
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 8L * LANES, ORDER), c);
                d = FloatVector.fromMemorySegment(S, MEMORY, start + from + 12L * LANES, ORDER)
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 12L * LANES, ORDER), d);
            }
            for (int i = wide; i < end; i += LANES) {
                a = FloatVector.fromMemorySegment(S, MEMORY, start + 4L * i, ORDER)
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, x + 4L * i, ORDER), a);
            }
            float sum = VectorSpec.sum(a.add(b).add(c.add(d)));
            for (int i = end; i < cols; i++) {
                sum = Math.fma(
                        MEMORY.get(BlockDecoder.FLOAT, start + 4L * i),
                        MEMORY.get(BlockDecoder.FLOAT, x + 4L * i),
                        sum);
            }
            y[yOffset + row] = sum;
        }
    }

    static void bfloat16(long address, int rows, int cols, long activations, float[] scratch, float[] y, int yOffset) {
        long x = NativeMemory.bounded(activations);
        int wide = cols - cols % (2 * LANES);
        for (int row = 0; row < rows; row++) {
            long start = NativeMemory.bounded(address + row * 2L * cols);
            FloatVector a = FloatVector.zero(S);
            FloatVector b = FloatVector.zero(S);
            for (int i = 0; i < wide; i += 2 * LANES) {
                IntVector first = (IntVector) ShortVector.fromMemorySegment(SHORTS, MEMORY, start + 2L * i, ORDER)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
                IntVector second =
                        (IntVector) ShortVector.fromMemorySegment(SHORTS, MEMORY, start + 2L * i + 2L * LANES, ORDER)
                                .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
                a = first.lanewise(VectorOperators.LSHL, 16)
                        .reinterpretAsFloats()
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, x + 4L * i, ORDER), a);
                b = second.lanewise(VectorOperators.LSHL, 16)
                        .reinterpretAsFloats()
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, x + 4L * i + 4L * LANES, ORDER), b);
            }
            float sum = VectorSpec.sum(a.add(b));
            for (int i = wide; i < cols; i++) {
                float weight = Float.intBitsToFloat(MEMORY.get(BlockDecoder.SHORT, start + 2L * i) << 16);
                sum = Math.fma(weight, MEMORY.get(BlockDecoder.FLOAT, x + 4L * i), sum);
            }
            y[yOffset + row] = sum;
        }
    }

    /** Shifts a half's bits to where a float has them and corrects the exponent by a product, which handles subnormals too. */
    static void float16(long address, int rows, int cols, long activations, float[] scratch, float[] y, int yOffset) {
        long x = NativeMemory.bounded(activations);
        int wide = cols - cols % (2 * LANES);
        for (int row = 0; row < rows; row++) {
            long start = NativeMemory.bounded(address + row * 2L * cols);
            FloatVector a = FloatVector.zero(S);
            FloatVector b = FloatVector.zero(S);
            for (int i = 0; i < wide; i += 2 * LANES) {
                IntVector first = (IntVector) ShortVector.fromMemorySegment(SHORTS, MEMORY, start + 2L * i, ORDER)
                        .convertShape(VectorOperators.S2I, INTS, 0);
                IntVector second =
                        (IntVector) ShortVector.fromMemorySegment(SHORTS, MEMORY, start + 2L * i + 2L * LANES, ORDER)
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
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, x + 4L * i, ORDER), a);
                b = g.blend(g.or(0x7f800000), gSpecial)
                        .reinterpretAsFloats()
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, x + 4L * i + 4L * LANES, ORDER), b);
            }
            float sum = VectorSpec.sum(a.add(b));
            for (int i = wide; i < cols; i++) {
                float weight = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 2L * i));
                sum = Math.fma(weight, MEMORY.get(BlockDecoder.FLOAT, x + 4L * i), sum);
            }
            y[yOffset + row] = sum;
        }
    }

    static void q8_0(long address, int rows, int cols, long activations, float[] scratch, float[] y, int yOffset) {
        long x = NativeMemory.bounded(activations);
        int blocks = cols / 32;
        for (int row = 0; row < rows; row++) {
            long start = NativeMemory.bounded(address + row * 34L * blocks);
            FloatVector acc = FloatVector.zero(S);
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 34L * block));
                FloatVector sum = FloatVector.zero(S);
                for (int j = 0; j < 32; j += STEP) {
                    ByteVector q = ByteVector.fromMemorySegment(BYTES, MEMORY, start + 34L * block + 2 + j, ORDER);
                    long at = x + 128L * block + 4L * j;
                    sum = ((FloatVector) q.convertShape(VectorOperators.B2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at, ORDER), sum);
                    if (STEP > LANES) {
                        sum = ((FloatVector) q.convertShape(VectorOperators.B2F, S, 1))
                                .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 4L * LANES, ORDER), sum);
                    }
                }
                acc = sum.fma(FloatVector.broadcast(S, d), acc);
            }
            y[yOffset + row] = VectorSpec.sum(acc);
        }
    }
}
