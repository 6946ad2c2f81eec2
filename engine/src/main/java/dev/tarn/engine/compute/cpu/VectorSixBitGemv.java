package dev.tarn.engine.compute.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels#gemv} for Q6_K with vectors of 256 bits, laid out as in {@link VectorScaleMinGemv}: half a block is four quarters of 32
 * integers, and a quarter's lower lanes have another scale than its upper ones. Scales are unpacked a row ahead, a vector for each
 * quarter.
 */
final class VectorSixBitGemv {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_256;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
    private static final int LANES = 8;
    private static final int BLOCK = 210;
    private static final long STEP = 64;
    private static final MemorySegment MEMORY = NativeMemory.ALL;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int[] MASKS = VectorSpec.masks(0xff, 0xff00, 0xff0000, 0xff000000, 0x0f0f0f0f, 0x30303030);
    private static final VectorShuffle<Float> FIRST = VectorShuffle.fromValues(S, 0, 0, 0, 0, 1, 1, 1, 1);
    private static final VectorShuffle<Float> SECOND = VectorShuffle.fromValues(S, 2, 2, 2, 2, 3, 3, 3, 3);
    private static final VectorShuffle<Float> THIRD = VectorShuffle.fromValues(S, 4, 4, 4, 4, 5, 5, 5, 5);
    private static final VectorShuffle<Float> FOURTH = VectorShuffle.fromValues(S, 6, 6, 6, 6, 7, 7, 7, 7);

    private VectorSixBitGemv() {}

    /** Rows as {@link Kernels#gemv} takes them. */
    static void multiply(long address, int rows, int cols, long x, float[] scratch, float[] y, int yOffset) {
        multiply(address, rows, cols / 256, STEP, x, scratch);
        VectorSpec.sumRows(scratch, LANES, rows, 1, y, yOffset);
    }

    /**
     * Eight vectors of scales a block from {@code to} on, and at {@code lanes} what the integers' centre takes off the row.
     *
     * @param sums address of the sums of each 16 activations
     */
    private static void scales(long start, int blocks, long sums, float[] scratch, int lanes, int to) {
        FloatVector taken = FloatVector.zero(S);
        long at = NativeMemory.bounded(start);
        long from = NativeMemory.bounded(sums);
        for (int half = 0; half < 2 * blocks; half++) {
            long block = at + BLOCK * (half / 2L);
            float d = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, block + 208));
            FloatVector scales = ((FloatVector) ByteVector.fromMemorySegment(
                                    ByteVector.SPECIES_64, MEMORY, block + 192 + 8L * (half & 1), ORDER)
                            .convertShape(VectorOperators.B2F, S, 0))
                    .mul(d);
            taken = scales.mul(-32).fma(FloatVector.fromMemorySegment(S, MEMORY, from + 32L * half, ORDER), taken);
            int vectors = to + 4 * LANES * half;
            scales.rearrange(FIRST).intoArray(scratch, vectors);
            scales.rearrange(SECOND).intoArray(scratch, vectors + LANES);
            scales.rearrange(THIRD).intoArray(scratch, vectors + 2 * LANES);
            scales.rearrange(FOURTH).intoArray(scratch, vectors + 3 * LANES);
        }
        taken.intoArray(scratch, lanes);
    }

    private static void multiply(long address, int rows, int blocks, long step, long x, float[] scratch) {
        IntVector first = IntVector.fromArray(INTS, MASKS, 0);
        IntVector second = IntVector.fromArray(INTS, MASKS, 8);
        IntVector third = IntVector.fromArray(INTS, MASKS, 16);
        IntVector fourth = IntVector.fromArray(INTS, MASKS, 24);
        IntVector four = IntVector.fromArray(INTS, MASKS, 32);
        IntVector two = IntVector.fromArray(INTS, MASKS, 40);
        int scales = LANES * rows;
        for (int row = 0; row < rows; row++) {
            long start = address + (long) row * BLOCK * blocks;
            scales(start, blocks, x + 1024L * blocks, scratch, LANES * row, scales);
            FloatVector acc = FloatVector.fromArray(S, scratch, LANES * row);
            int scale = scales;
            long nextTo = x;
            long end = start + (long) BLOCK * blocks;
            for (long block = start; block < end; block += BLOCK) {
                long stop = block + 128;
                long tops = block + 128;
                for (long next = block; next < stop; next += step) {
                    long at = NativeMemory.bounded(next);
                    long to = NativeMemory.bounded(nextTo);
                    IntVector low = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER);
                    IntVector high = IntVector.fromMemorySegment(INTS, MEMORY, at + 32, ORDER);
                    IntVector top = IntVector.fromMemorySegment(INTS, MEMORY, NativeMemory.bounded(tops), ORDER);
                    IntVector q0 = low.and(four)
                            .or(top.lanewise(VectorOperators.LSHL, 4).and(two));
                    FloatVector a = ((FloatVector) q0.and(first).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to, ORDER));
                    a = ((FloatVector) q0.and(second).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 32, ORDER), a);
                    a = ((FloatVector) q0.and(third).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 64, ORDER), a);
                    a = ((FloatVector) q0.and(fourth).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 96, ORDER), a);
                    acc = a.fma(FloatVector.fromArray(S, scratch, scale), acc);
                    IntVector q1 = high.and(four)
                            .or(top.lanewise(VectorOperators.LSHL, 2).and(two));
                    FloatVector b = ((FloatVector) q1.and(first).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to + 128, ORDER));
                    b = ((FloatVector) q1.and(second).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 160, ORDER), b);
                    b = ((FloatVector) q1.and(third).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 192, ORDER), b);
                    b = ((FloatVector) q1.and(fourth).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 224, ORDER), b);
                    acc = b.fma(FloatVector.fromArray(S, scratch, scale + LANES), acc);
                    IntVector q2 =
                            low.lanewise(VectorOperators.LSHR, 4).and(four).or(top.and(two));
                    FloatVector c = ((FloatVector) q2.and(first).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to + 256, ORDER));
                    c = ((FloatVector) q2.and(second).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 288, ORDER), c);
                    c = ((FloatVector) q2.and(third).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 320, ORDER), c);
                    c = ((FloatVector) q2.and(fourth).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 352, ORDER), c);
                    acc = c.fma(FloatVector.fromArray(S, scratch, scale + 2 * LANES), acc);
                    IntVector q3 = high.lanewise(VectorOperators.LSHR, 4)
                            .and(four)
                            .or(top.lanewise(VectorOperators.LSHR, 2).and(two));
                    FloatVector e = ((FloatVector) q3.and(first).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to + 384, ORDER));
                    e = ((FloatVector) q3.and(second).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 416, ORDER), e);
                    e = ((FloatVector) q3.and(third).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 448, ORDER), e);
                    e = ((FloatVector) q3.and(fourth).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 480, ORDER), e);
                    acc = e.fma(FloatVector.fromArray(S, scratch, scale + 3 * LANES), acc);
                    scale += 4 * LANES;
                    nextTo += 512;
                    tops += 32;
                }
            }
            acc.intoArray(scratch, LANES * row);
        }
    }
}
