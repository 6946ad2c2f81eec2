package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.format.TensorType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels#gemv} for Q4_K and Q5_K with vectors of 256 bits: 32 bytes are eight lanes of four integers, and a mask takes one
 * integer of every lane where it stands, so that nothing is shuffled or shifted. {@link Activations} are laid out to match. A row's
 * scales are unpacked before its integers: within one loop, a block would wait for its own. The loops are shaped as in
 * {@link VectorWordGemv}.
 */
final class VectorScaleMinGemv {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_256;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
    private static final int LANES = 8;
    private static final long STEP = 32;
    private static final MemorySegment MEMORY = NativeMemory.ALL;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int[] MASKS = VectorSpec.masks(
            0xf, 0xf00, 0xf0000, 0xf000000, 0xff, 0xff00, 0xff0000, 0xff000000, 0x0f0f0f0f, 0x10101010);

    private static final int[] BYTES = {0, 8, 16, 24, 0, 8, 16, 24};
    private static final VectorMask<Integer> LATER = VectorMask.fromLong(INTS, 0xf0);

    private VectorScaleMinGemv() {}

    /** Rows as {@link Kernels#gemv} takes them. */
    static void multiply(
            TensorType type, long address, int rows, int cols, long x, float[] scratch, float[] y, int yOffset) {
        if (type == TensorType.Q4_K) {
            q4_k(address, rows, cols / 256, STEP, x, scratch);
        } else {
            q5_k(address, rows, cols / 256, STEP, x, scratch);
        }
        VectorSpec.sumRows(scratch, LANES, rows, 1, y, yOffset);
    }

    /**
     * Eight scales a block from {@code to} on: six bits of a byte each, of which the later four have two in the earlier ones' bytes. And at {@code lanes} what the minima take off the row.
     *
     * @param sums address of the sums of each 32 activations
     */
    private static void scales(long start, int blocks, long blockBytes, long sums, float[] scratch, int lanes, int to) {
        IntVector shifts = IntVector.fromArray(INTS, BYTES, 0);
        FloatVector taken = FloatVector.zero(S);
        long at = NativeMemory.bounded(start);
        long from = NativeMemory.bounded(sums);
        for (int block = 0; block < blocks; block++) {
            long here = at + blockBytes * block;
            float d = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, here));
            float dmin = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, here + 2));
            IntVector scale = IntVector.broadcast(INTS, MEMORY.get(LegacyBlocks.INT, here + 4))
                    .lanewise(VectorOperators.LSHR, shifts);
            IntVector minimum = IntVector.broadcast(INTS, MEMORY.get(LegacyBlocks.INT, here + 8))
                    .lanewise(VectorOperators.LSHR, shifts);
            IntVector fours = IntVector.broadcast(INTS, MEMORY.get(LegacyBlocks.INT, here + 12))
                    .lanewise(VectorOperators.LSHR, shifts);
            IntVector scales = scale.and(63)
                    .blend(
                            fours.and(15)
                                    .or(scale.lanewise(VectorOperators.LSHR, 2).and(48)),
                            LATER);
            IntVector minima = minimum.and(63)
                    .blend(
                            fours.lanewise(VectorOperators.LSHR, 4)
                                    .and(15)
                                    .or(minimum.lanewise(VectorOperators.LSHR, 2)
                                            .and(48)),
                            LATER);
            ((FloatVector) scales.convertShape(VectorOperators.I2F, S, 0))
                    .mul(d)
                    .intoArray(scratch, to + LANES * block);
            taken = ((FloatVector) minima.convertShape(VectorOperators.I2F, S, 0))
                    .mul(-dmin)
                    .fma(FloatVector.fromMemorySegment(S, MEMORY, from + 32L * block, ORDER), taken);
        }
        taken.intoArray(scratch, lanes);
    }

    private static void q4_k(long address, int rows, int blocks, long step, long x, float[] scratch) {
        IntVector first = IntVector.fromArray(INTS, MASKS, 0);
        IntVector second = IntVector.fromArray(INTS, MASKS, 8);
        IntVector third = IntVector.fromArray(INTS, MASKS, 16);
        IntVector fourth = IntVector.fromArray(INTS, MASKS, 24);
        int scales = LANES * rows;
        for (int row = 0; row < rows; row++) {
            long start = address + row * 144L * blocks;
            scales(start, blocks, 144, x + 1024L * blocks, scratch, LANES * row, scales);
            FloatVector acc = FloatVector.fromArray(S, scratch, LANES * row);
            int scale = scales;
            long nextTo = x;
            long end = start + 144L * blocks;
            for (long block = start + 16; block < end; block += 144) {
                long stop = block + 128;
                for (long next = block; next < stop; next += step) {
                    long at = NativeMemory.bounded(next);
                    long to = NativeMemory.bounded(nextTo);
                    IntVector v = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER);
                    IntVector high = v.lanewise(VectorOperators.LSHR, 4);
                    FloatVector even = ((FloatVector) v.and(first).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to, ORDER));
                    even = ((FloatVector) v.and(second).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 32, ORDER), even);
                    even = ((FloatVector) v.and(third).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 64, ORDER), even);
                    even = ((FloatVector) v.and(fourth).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 96, ORDER), even);
                    acc = even.fma(FloatVector.broadcast(S, scratch[scale]), acc);
                    FloatVector odd = ((FloatVector) high.and(first).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to + 128, ORDER));
                    odd = ((FloatVector) high.and(second).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 160, ORDER), odd);
                    odd = ((FloatVector) high.and(third).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 192, ORDER), odd);
                    odd = ((FloatVector) high.and(fourth).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 224, ORDER), odd);
                    acc = odd.fma(FloatVector.broadcast(S, scratch[scale + 1]), acc);
                    scale += 2;
                    nextTo += 256;
                }
            }
            acc.intoArray(scratch, LANES * row);
        }
    }

    private static void q5_k(long address, int rows, int blocks, long step, long x, float[] scratch) {
        IntVector first = IntVector.fromArray(INTS, MASKS, 32);
        IntVector second = IntVector.fromArray(INTS, MASKS, 40);
        IntVector third = IntVector.fromArray(INTS, MASKS, 48);
        IntVector fourth = IntVector.fromArray(INTS, MASKS, 56);
        IntVector four = IntVector.fromArray(INTS, MASKS, 64);
        IntVector fifth = IntVector.fromArray(INTS, MASKS, 72);
        int scales = LANES * rows;
        for (int row = 0; row < rows; row++) {
            long start = address + row * 176L * blocks;
            scales(start, blocks, 176, x + 1024L * blocks, scratch, LANES * row, scales);
            FloatVector acc = FloatVector.fromArray(S, scratch, LANES * row);
            int scale = scales;
            long nextTo = x;
            long end = start + 176L * blocks;
            for (long block = start + 48; block < end; block += 176) {
                IntVector fifths = IntVector.fromMemorySegment(INTS, MEMORY, NativeMemory.bounded(block) - 32, ORDER);
                long stop = block + 128;
                for (long next = block; next < stop; next += step) {
                    long at = NativeMemory.bounded(next);
                    long to = NativeMemory.bounded(nextTo);
                    IntVector v = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER);
                    IntVector low = v.and(four)
                            .or(fifths.lanewise(VectorOperators.LSHL, 4).and(fifth));
                    IntVector high = v.lanewise(VectorOperators.LSHR, 4)
                            .and(four)
                            .or(fifths.lanewise(VectorOperators.LSHL, 3).and(fifth));
                    fifths = fifths.lanewise(VectorOperators.LSHR, 2);
                    FloatVector even = ((FloatVector) low.and(first).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to, ORDER));
                    even = ((FloatVector) low.and(second).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 32, ORDER), even);
                    even = ((FloatVector) low.and(third).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 64, ORDER), even);
                    even = ((FloatVector) low.and(fourth).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 96, ORDER), even);
                    acc = even.fma(FloatVector.broadcast(S, scratch[scale]), acc);
                    FloatVector odd = ((FloatVector) high.and(first).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to + 128, ORDER));
                    odd = ((FloatVector) high.and(second).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 160, ORDER), odd);
                    odd = ((FloatVector) high.and(third).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 192, ORDER), odd);
                    odd = ((FloatVector) high.and(fourth).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 224, ORDER), odd);
                    acc = odd.fma(FloatVector.broadcast(S, scratch[scale + 1]), acc);
                    scale += 2;
                    nextTo += 256;
                }
            }
            acc.intoArray(scratch, LANES * row);
        }
    }
}
