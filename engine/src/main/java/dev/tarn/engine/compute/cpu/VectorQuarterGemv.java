package dev.tarn.engine.compute.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels#gemv} for Q2_K and Q3_K with vectors of 256 bits, laid out as in {@link VectorScaleMinGemv}: half a block is
 * four quarters of 32 integers, and a quarter's lower lanes have another scale than its upper ones. Each method is one flat loop,
 * because C2 boxes vectors that cross a call it does not inline.
 */
final class VectorQuarterGemv {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_256;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
    private static final int LANES = 8;
    private static final MemorySegment MEMORY = NativeMemory.ALL;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final long LOW_HALVES = 0x0f0f0f0f0f0f0f0fL;
    private static final VectorShuffle<Float> FIRST = VectorShuffle.fromValues(S, 0, 0, 0, 0, 1, 1, 1, 1);
    private static final VectorShuffle<Float> SECOND = VectorShuffle.fromValues(S, 2, 2, 2, 2, 3, 3, 3, 3);
    private static final VectorShuffle<Float> THIRD = VectorShuffle.fromValues(S, 4, 4, 4, 4, 5, 5, 5, 5);
    private static final VectorShuffle<Float> FOURTH = VectorShuffle.fromValues(S, 6, 6, 6, 6, 7, 7, 7, 7);

    private VectorQuarterGemv() {}

    /** Eight of the sixteen six-bit scales of a Q3_K block, a byte each, from the 12 bytes at {@code at}. */
    private static long scales(long at, int half) {
        long low = MEMORY.get(LegacyBlocks.LONG, at) >>> (4 * half) & LOW_HALVES;
        int pairs = MEMORY.get(LegacyBlocks.INT, at + 8) >>> (4 * half);
        long high = (pairs & 0x03030303) | (long) (pairs >>> 2 & 0x03030303) << 32;
        return low | high << 4;
    }

    static void q2_k(long address, int rows, int cols, long activations, float[] scratch, float[] y, int yOffset) {
        long x = NativeMemory.bounded(activations);
        int blocks = cols / 256;
        long sums = x + 4L * cols;
        for (int row = 0; row < rows; row++) {
            long start = NativeMemory.bounded(address + row * 84L * blocks);
            FloatVector acc = FloatVector.zero(S);
            FloatVector taken = FloatVector.zero(S);
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 84L * block + 80));
                float dmin = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 84L * block + 82));
                for (int half = 0; half < 2; half++) {
                    long to = x + 1024L * block + 512L * half;
                    IntVector q0 =
                            IntVector.fromMemorySegment(INTS, MEMORY, start + 84L * block + 16 + 32L * half, ORDER);
                    IntVector q1 = q0.lanewise(VectorOperators.LSHR, 2);
                    IntVector q2 = q0.lanewise(VectorOperators.LSHR, 4);
                    IntVector q3 = q0.lanewise(VectorOperators.LSHR, 6);
                    FloatVector a = ((FloatVector) q0.and(0x3).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to, ORDER));
                    a = ((FloatVector) q0.and(0x300).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 32, ORDER), a);
                    a = ((FloatVector) q0.and(0x30000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 64, ORDER), a);
                    a = ((FloatVector) q0.and(0x3000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 96, ORDER), a);
                    FloatVector b = ((FloatVector) q1.and(0x3).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to + 128, ORDER));
                    b = ((FloatVector) q1.and(0x300).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 160, ORDER), b);
                    b = ((FloatVector) q1.and(0x30000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 192, ORDER), b);
                    b = ((FloatVector) q1.and(0x3000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 224, ORDER), b);
                    FloatVector c = ((FloatVector) q2.and(0x3).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to + 256, ORDER));
                    c = ((FloatVector) q2.and(0x300).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 288, ORDER), c);
                    c = ((FloatVector) q2.and(0x30000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 320, ORDER), c);
                    c = ((FloatVector) q2.and(0x3000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 352, ORDER), c);
                    FloatVector e = ((FloatVector) q3.and(0x3).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to + 384, ORDER));
                    e = ((FloatVector) q3.and(0x300).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 416, ORDER), e);
                    e = ((FloatVector) q3.and(0x30000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 448, ORDER), e);
                    e = ((FloatVector) q3.and(0x3000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 480, ORDER), e);
                    IntVector both = (IntVector) ByteVector.fromMemorySegment(
                                    ByteVector.SPECIES_64, MEMORY, start + 84L * block + 8L * half, ORDER)
                            .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                    FloatVector scales = ((FloatVector) both.and(15).convertShape(VectorOperators.I2F, S, 0)).mul(d);
                    taken = ((FloatVector)
                                    both.lanewise(VectorOperators.LSHR, 4).convertShape(VectorOperators.I2F, S, 0))
                            .mul(dmin)
                            .fma(
                                    FloatVector.fromMemorySegment(S, MEMORY, sums + 64L * block + 32L * half, ORDER),
                                    taken);
                    acc = a.fma(scales.rearrange(FIRST), acc);
                    acc = b.fma(scales.rearrange(SECOND), acc);
                    acc = c.fma(scales.rearrange(THIRD), acc);
                    acc = e.fma(scales.rearrange(FOURTH), acc);
                }
            }
            acc.sub(taken).intoArray(scratch, LANES * row);
        }
        VectorSpec.sumRows(scratch, LANES, rows, 1, y, yOffset);
    }

    static void q3_k(long address, int rows, int cols, long activations, float[] scratch, float[] y, int yOffset) {
        long x = NativeMemory.bounded(activations);
        int blocks = cols / 256;
        long sums = x + 4L * cols;
        for (int row = 0; row < rows; row++) {
            long start = NativeMemory.bounded(address + row * 110L * blocks);
            FloatVector acc = FloatVector.zero(S);
            FloatVector taken = FloatVector.zero(S);
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 110L * block + 108));
                for (int half = 0; half < 2; half++) {
                    long to = x + 1024L * block + 512L * half;
                    IntVector two =
                            IntVector.fromMemorySegment(INTS, MEMORY, start + 110L * block + 32 + 32L * half, ORDER);
                    IntVector one = IntVector.fromMemorySegment(INTS, MEMORY, start + 110L * block, ORDER)
                            .lanewise(VectorOperators.LSHR, 4 * half);
                    IntVector q0 = two.and(0x03030303)
                            .or(one.lanewise(VectorOperators.LSHL, 2).and(0x04040404));
                    IntVector q1 = two.lanewise(VectorOperators.LSHR, 2)
                            .and(0x03030303)
                            .or(one.lanewise(VectorOperators.LSHL, 1).and(0x04040404));
                    IntVector q2 = two.lanewise(VectorOperators.LSHR, 4)
                            .and(0x03030303)
                            .or(one.and(0x04040404));
                    IntVector q3 = two.lanewise(VectorOperators.LSHR, 6)
                            .and(0x03030303)
                            .or(one.lanewise(VectorOperators.LSHR, 1).and(0x04040404));
                    FloatVector a = ((FloatVector) q0.and(0xff).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to, ORDER));
                    a = ((FloatVector) q0.and(0xff00).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 32, ORDER), a);
                    a = ((FloatVector) q0.and(0xff0000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 64, ORDER), a);
                    a = ((FloatVector) q0.and(0xff000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 96, ORDER), a);
                    FloatVector b = ((FloatVector) q1.and(0xff).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to + 128, ORDER));
                    b = ((FloatVector) q1.and(0xff00).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 160, ORDER), b);
                    b = ((FloatVector) q1.and(0xff0000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 192, ORDER), b);
                    b = ((FloatVector) q1.and(0xff000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 224, ORDER), b);
                    FloatVector c = ((FloatVector) q2.and(0xff).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to + 256, ORDER));
                    c = ((FloatVector) q2.and(0xff00).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 288, ORDER), c);
                    c = ((FloatVector) q2.and(0xff0000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 320, ORDER), c);
                    c = ((FloatVector) q2.and(0xff000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 352, ORDER), c);
                    FloatVector e = ((FloatVector) q3.and(0xff).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to + 384, ORDER));
                    e = ((FloatVector) q3.and(0xff00).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 416, ORDER), e);
                    e = ((FloatVector) q3.and(0xff0000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 448, ORDER), e);
                    e = ((FloatVector) q3.and(0xff000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 480, ORDER), e);
                    FloatVector scales = ((FloatVector) LongVector.broadcast(
                                            LongVector.SPECIES_128, scales(start + 110L * block + 96, half))
                                    .reinterpretAsBytes()
                                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0)
                                    .convertShape(VectorOperators.I2F, S, 0))
                            .sub(32)
                            .mul(d);
                    taken = scales.fma(
                            FloatVector.fromMemorySegment(S, MEMORY, sums + 64L * block + 32L * half, ORDER), taken);
                    acc = a.fma(scales.rearrange(FIRST), acc);
                    acc = b.fma(scales.rearrange(SECOND), acc);
                    acc = c.fma(scales.rearrange(THIRD), acc);
                    acc = e.fma(scales.rearrange(FOURTH), acc);
                }
            }
            acc.sub(taken.mul(4)).intoArray(scratch, LANES * row);
        }
        VectorSpec.sumRows(scratch, LANES, rows, 1, y, yOffset);
    }
}
