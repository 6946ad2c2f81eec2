package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.format.TensorType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels#gemv} for Q4_0, Q4_1 and Q8_0 with vectors of 256 bits. Integers are taken out of 32-bit words where they stand, by a mask or a
 * shift, and the power of two that their place multiplies them by is taken off the activations, which {@link Activations} lays out to match.
 *
 * <p>Blocks of four-bit integers come in pairs, four words each. Their scales stay in vectors too: a half's bits, moved to where a float has
 * them, read 2^-112 of its value; activations bring 2^56 along, and the row's sum the rest, so that no step leaves a float's range. Those bits
 * do not tell infinite scales, which {@link BlockScales} refuses.
 *
 * <p>The loops are shaped for C2. Pointers advance by a step that is no constant, since it would count the loop otherwise and work every
 * address out anew from the count; masks come from an array, since it would load a constant again at every use; a row's lanes are added
 * up elsewhere, since it would box them for a method that no longer fits in.
 */
final class VectorWordGemv {
    /** Columns of two blocks. */
    static final int PAIR = 64;

    /** Bytes of activations that belong to them: eight planes and the sums. */
    static final long PAIR_BYTES = 4L * (PAIR + 8);

    /** What plane n of the activations is multiplied by. */
    static final float[] FACTORS = {
        0x1p56f, 0x1p52f, 0x1p48f, 0x1p44f, 0x1p56f, 0x1p52f, 0x1p48f, 0x1p44f,
    };

    private static final float REST = 0x1p56f;
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_256;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
    private static final int LANES = 8;
    private static final MemorySegment MEMORY = NativeMemory.ALL;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final VectorMask<Integer> SECOND = VectorMask.fromLong(INTS, 0xf0);
    private static final int[] MASKS = VectorSpec.masks(0xf, 0xf0, 0xf00, 0xf000, 0x8fffe000, 0xff000000);
    private static final VectorShuffle<Integer> Q4_0_SCALES = VectorShuffle.fromValues(INTS, 0, 0, 0, 0, 4, 4, 4, 4);
    private static final VectorShuffle<Integer> Q4_1_SCALES = VectorShuffle.fromValues(INTS, 0, 0, 0, 0, 5, 5, 5, 5);
    private static final int[] Q4_0_SHIFTS = {16, 16, 16, 16, 0, 0, 0, 0};

    private VectorWordGemv() {}

    /** Whether the type's rows of so many columns are for this class. */
    static boolean takes(TensorType type, int cols) {
        return switch (type) {
            case Q4_0, Q4_1 -> cols % PAIR == 0;
            case Q8_0 -> true;
            default -> false;
        };
    }

    /** Rows as {@link Kernels#gemv} takes them. */
    static void multiply(
            TensorType type, long address, int rows, int cols, long x, float[] sums, float[] y, int yOffset) {
        long rowBytes = (long) cols / type.blockLength() * type.blockBytes();
        switch (type) {
            case Q4_0 -> q4_0(address, rows, rowBytes, rowBytes / (cols / PAIR), x, sums);
            case Q4_1 -> q4_1(address, rows, rowBytes, rowBytes / (cols / PAIR), x, sums);
            default -> q8_0(address, rows, rowBytes, rowBytes / (cols / 32), x, sums);
        }
        VectorSpec.sumRows(sums, LANES, rows, type == TensorType.Q8_0 ? 1 : REST, y, yOffset);
    }

    private static void q4_0(long address, int rows, long rowBytes, long step, long x, float[] sums) {
        IntVector first = IntVector.fromArray(INTS, MASKS, 0);
        IntVector second = IntVector.fromArray(INTS, MASKS, 8);
        IntVector third = IntVector.fromArray(INTS, MASKS, 16);
        IntVector fourth = IntVector.fromArray(INTS, MASKS, 24);
        IntVector half = IntVector.fromArray(INTS, MASKS, 32);
        IntVector shifts = IntVector.fromArray(INTS, Q4_0_SHIFTS, 0);
        long next = address;
        for (int row = 0; row < rows; row++) {
            FloatVector acc = FloatVector.zero(S);
            long end = next + rowBytes;
            for (long nextTo = x; next < end; nextTo += PAIR_BYTES) {
                long at = NativeMemory.bounded(next);
                long to = NativeMemory.bounded(nextTo);
                IntVector v = IntVector.fromMemorySegment(INTS, MEMORY, at + 2, ORDER)
                        .blend(IntVector.fromMemorySegment(INTS, MEMORY, at + 4, ORDER), SECOND);
                IntVector w = v.lanewise(VectorOperators.LSHR, 16);
                IntVector h = IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER)
                        .rearrange(Q4_0_SCALES)
                        .lanewise(VectorOperators.LSHL, shifts);
                FloatVector d = h.lanewise(VectorOperators.ASHR, 3).and(half).reinterpretAsFloats();
                acc = d.fma(FloatVector.fromMemorySegment(S, MEMORY, to + 256, ORDER), acc);
                FloatVector sum = ((FloatVector) v.and(first).convertShape(VectorOperators.I2F, S, 0))
                        .mul(FloatVector.fromMemorySegment(S, MEMORY, to, ORDER));
                sum = ((FloatVector) v.and(second).convertShape(VectorOperators.I2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 32, ORDER), sum);
                sum = ((FloatVector) v.and(third).convertShape(VectorOperators.I2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 64, ORDER), sum);
                sum = ((FloatVector) v.and(fourth).convertShape(VectorOperators.I2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 96, ORDER), sum);
                FloatVector more = ((FloatVector) w.and(first).convertShape(VectorOperators.I2F, S, 0))
                        .mul(FloatVector.fromMemorySegment(S, MEMORY, to + 128, ORDER));
                more = ((FloatVector) w.and(second).convertShape(VectorOperators.I2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 160, ORDER), more);
                more = ((FloatVector) w.and(third).convertShape(VectorOperators.I2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 192, ORDER), more);
                more = ((FloatVector) w.and(fourth).convertShape(VectorOperators.I2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 224, ORDER), more);
                acc = sum.fma(d, acc);
                acc = more.fma(d, acc);
                next += step;
            }
            acc.intoArray(sums, LANES * row);
        }
    }

    private static void q4_1(long address, int rows, long rowBytes, long step, long x, float[] sums) {
        IntVector first = IntVector.fromArray(INTS, MASKS, 0);
        IntVector second = IntVector.fromArray(INTS, MASKS, 8);
        IntVector third = IntVector.fromArray(INTS, MASKS, 16);
        IntVector fourth = IntVector.fromArray(INTS, MASKS, 24);
        IntVector half = IntVector.fromArray(INTS, MASKS, 32);
        long next = address;
        for (int row = 0; row < rows; row++) {
            FloatVector acc = FloatVector.zero(S);
            long end = next + rowBytes;
            for (long nextTo = x; next < end; nextTo += PAIR_BYTES) {
                long at = NativeMemory.bounded(next);
                long to = NativeMemory.bounded(nextTo);
                IntVector v = IntVector.fromMemorySegment(INTS, MEMORY, at + 4, ORDER)
                        .blend(IntVector.fromMemorySegment(INTS, MEMORY, at + 8, ORDER), SECOND);
                IntVector w = v.lanewise(VectorOperators.LSHR, 16);
                IntVector h =
                        IntVector.fromMemorySegment(INTS, MEMORY, at, ORDER).rearrange(Q4_1_SCALES);
                FloatVector d = h.lanewise(VectorOperators.LSHL, 16)
                        .lanewise(VectorOperators.ASHR, 3)
                        .and(half)
                        .reinterpretAsFloats();
                acc = h.lanewise(VectorOperators.ASHR, 3)
                        .and(half)
                        .reinterpretAsFloats()
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 256, ORDER), acc);
                FloatVector sum = ((FloatVector) v.and(first).convertShape(VectorOperators.I2F, S, 0))
                        .mul(FloatVector.fromMemorySegment(S, MEMORY, to, ORDER));
                sum = ((FloatVector) v.and(second).convertShape(VectorOperators.I2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 32, ORDER), sum);
                sum = ((FloatVector) v.and(third).convertShape(VectorOperators.I2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 64, ORDER), sum);
                sum = ((FloatVector) v.and(fourth).convertShape(VectorOperators.I2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 96, ORDER), sum);
                FloatVector more = ((FloatVector) w.and(first).convertShape(VectorOperators.I2F, S, 0))
                        .mul(FloatVector.fromMemorySegment(S, MEMORY, to + 128, ORDER));
                more = ((FloatVector) w.and(second).convertShape(VectorOperators.I2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 160, ORDER), more);
                more = ((FloatVector) w.and(third).convertShape(VectorOperators.I2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 192, ORDER), more);
                more = ((FloatVector) w.and(fourth).convertShape(VectorOperators.I2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 224, ORDER), more);
                acc = sum.fma(d, acc);
                acc = more.fma(d, acc);
                next += step;
            }
            acc.intoArray(sums, LANES * row);
        }
    }

    private static void q8_0(long address, int rows, long rowBytes, long step, long x, float[] sums) {
        IntVector top = IntVector.fromArray(INTS, MASKS, 40);
        long next = address;
        for (int row = 0; row < rows; row++) {
            FloatVector acc = FloatVector.zero(S);
            long end = next + rowBytes;
            for (long nextTo = x; next < end; nextTo += 128) {
                long at = NativeMemory.bounded(next);
                long to = NativeMemory.bounded(nextTo);
                float d = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, at));
                IntVector v = IntVector.fromMemorySegment(INTS, MEMORY, at + 2, ORDER);
                FloatVector sum = ((FloatVector)
                                v.lanewise(VectorOperators.LSHL, 24).convertShape(VectorOperators.I2F, S, 0))
                        .mul(FloatVector.fromMemorySegment(S, MEMORY, to, ORDER));
                sum = ((FloatVector)
                                v.lanewise(VectorOperators.LSHL, 16).and(top).convertShape(VectorOperators.I2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 32, ORDER), sum);
                sum = ((FloatVector)
                                v.lanewise(VectorOperators.LSHL, 8).and(top).convertShape(VectorOperators.I2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 64, ORDER), sum);
                sum = ((FloatVector) v.and(top).convertShape(VectorOperators.I2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 96, ORDER), sum);
                acc = sum.fma(FloatVector.broadcast(S, d), acc);
                next += step;
            }
            acc.intoArray(sums, LANES * row);
        }
    }
}
