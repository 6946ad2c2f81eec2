package dev.tarn.engine.compute.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels#gemv} for Q4_K and Q5_K with vectors of 256 bits: 32 bytes are eight lanes of four integers, and a mask takes one
 * integer of every lane where it stands, so that nothing is shuffled or shifted. {@link Activations} are laid out to match.
 * Each method is one flat loop, because C2 boxes vectors that cross a call it does not inline.
 */
final class VectorScaleMinGemv {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_256;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
    private static final MemorySegment MEMORY = NativeMemory.ALL;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private VectorScaleMinGemv() {}

    /** The eight six-bit scales of a block, a byte each, from the 12 bytes at {@code at}. */
    private static long scales(long at) {
        int first = MEMORY.get(LegacyBlocks.INT, at);
        int last = MEMORY.get(LegacyBlocks.INT, at + 8);
        int high = (last & 0x0f0f0f0f) | (first >>> 2 & 0x30303030);
        return (first & 0x3f3f3f3f) | (long) high << 32;
    }

    /** The eight six-bit minima beside {@link #scales}. */
    private static long minima(long at) {
        int first = MEMORY.get(LegacyBlocks.INT, at + 4);
        int last = MEMORY.get(LegacyBlocks.INT, at + 8);
        int high = (last >>> 4 & 0x0f0f0f0f) | (first >>> 2 & 0x30303030);
        return (first & 0x3f3f3f3f) | (long) high << 32;
    }

    static void q4_k(long address, int rows, int cols, long activations, float[] scratch, float[] y, int yOffset) {
        long x = NativeMemory.bounded(activations);
        int blocks = cols / 256;
        long sums = x + 4L * cols;
        for (int row = 0; row < rows; row++) {
            long start = NativeMemory.bounded(address + row * 144L * blocks);
            FloatVector acc = FloatVector.zero(S);
            FloatVector taken = FloatVector.zero(S);
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 144L * block));
                float dmin = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 144L * block + 2));
                IntVector scales =
                        (IntVector) LongVector.broadcast(LongVector.SPECIES_128, scales(start + 144L * block + 4))
                                .reinterpretAsBytes()
                                .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                IntVector minima =
                        (IntVector) LongVector.broadcast(LongVector.SPECIES_128, minima(start + 144L * block + 4))
                                .reinterpretAsBytes()
                                .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                ((FloatVector) scales.convertShape(VectorOperators.I2F, S, 0))
                        .mul(d)
                        .intoArray(scratch, 0);
                taken = ((FloatVector) minima.convertShape(VectorOperators.I2F, S, 0))
                        .mul(dmin)
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, sums + 32L * block, ORDER), taken);

                for (int pair = 0; pair < 4; pair++) {
                    long to = x + 1024L * block + 256L * pair;
                    IntVector v =
                            IntVector.fromMemorySegment(INTS, MEMORY, start + 144L * block + 16 + 32L * pair, ORDER);
                    IntVector high = v.lanewise(VectorOperators.LSHR, 4);
                    FloatVector even = ((FloatVector) v.and(0xf).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to, ORDER));
                    even = ((FloatVector) v.and(0xf00).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 32, ORDER), even);
                    even = ((FloatVector) v.and(0xf0000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 64, ORDER), even);
                    even = ((FloatVector) v.and(0xf000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 96, ORDER), even);
                    FloatVector odd = ((FloatVector) high.and(0xf).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to + 128, ORDER));
                    odd = ((FloatVector) high.and(0xf00).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 160, ORDER), odd);
                    odd = ((FloatVector) high.and(0xf0000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 192, ORDER), odd);
                    odd = ((FloatVector) high.and(0xf000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 224, ORDER), odd);

                    acc = even.fma(FloatVector.broadcast(S, scratch[2 * pair]), acc);
                    acc = odd.fma(FloatVector.broadcast(S, scratch[2 * pair + 1]), acc);
                }
            }
            y[yOffset + row] = VectorSpec.sum8(acc.sub(taken));
        }
    }

    static void q5_k(long address, int rows, int cols, long activations, float[] scratch, float[] y, int yOffset) {
        long x = NativeMemory.bounded(activations);
        int blocks = cols / 256;
        long sums = x + 4L * cols;
        for (int row = 0; row < rows; row++) {
            long start = NativeMemory.bounded(address + row * 176L * blocks);
            FloatVector acc = FloatVector.zero(S);
            FloatVector taken = FloatVector.zero(S);
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 176L * block));
                float dmin = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 176L * block + 2));
                IntVector scales =
                        (IntVector) LongVector.broadcast(LongVector.SPECIES_128, scales(start + 176L * block + 4))
                                .reinterpretAsBytes()
                                .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                IntVector minima =
                        (IntVector) LongVector.broadcast(LongVector.SPECIES_128, minima(start + 176L * block + 4))
                                .reinterpretAsBytes()
                                .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                ((FloatVector) scales.convertShape(VectorOperators.I2F, S, 0))
                        .mul(d)
                        .intoArray(scratch, 0);
                taken = ((FloatVector) minima.convertShape(VectorOperators.I2F, S, 0))
                        .mul(dmin)
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, sums + 32L * block, ORDER), taken);
                IntVector fifths = IntVector.fromMemorySegment(INTS, MEMORY, start + 176L * block + 16, ORDER);

                for (int pair = 0; pair < 4; pair++) {
                    long to = x + 1024L * block + 256L * pair;
                    IntVector v =
                            IntVector.fromMemorySegment(INTS, MEMORY, start + 176L * block + 48 + 32L * pair, ORDER);
                    IntVector low = v.and(0x0f0f0f0f)
                            .or(fifths.lanewise(VectorOperators.LSHL, 4).and(0x10101010));
                    IntVector high = v.lanewise(VectorOperators.LSHR, 4)
                            .and(0x0f0f0f0f)
                            .or(fifths.lanewise(VectorOperators.LSHL, 3).and(0x10101010));
                    fifths = fifths.lanewise(VectorOperators.LSHR, 2);
                    FloatVector even = ((FloatVector) low.and(0xff).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to, ORDER));
                    even = ((FloatVector) low.and(0xff00).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 32, ORDER), even);
                    even = ((FloatVector) low.and(0xff0000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 64, ORDER), even);
                    even = ((FloatVector) low.and(0xff000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 96, ORDER), even);
                    FloatVector odd = ((FloatVector) high.and(0xff).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromMemorySegment(S, MEMORY, to + 128, ORDER));
                    odd = ((FloatVector) high.and(0xff00).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 160, ORDER), odd);
                    odd = ((FloatVector) high.and(0xff0000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 192, ORDER), odd);
                    odd = ((FloatVector) high.and(0xff000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, to + 224, ORDER), odd);

                    acc = even.fma(FloatVector.broadcast(S, scratch[2 * pair]), acc);
                    acc = odd.fma(FloatVector.broadcast(S, scratch[2 * pair + 1]), acc);
                }
            }
            y[yOffset + row] = VectorSpec.sum8(acc.sub(taken));
        }
    }
}
