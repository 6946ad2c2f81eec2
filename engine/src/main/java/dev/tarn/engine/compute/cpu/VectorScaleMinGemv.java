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
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private VectorScaleMinGemv() {}

    /** The eight six-bit scales of a block, a byte each, from the 12 bytes at {@code at}. */
    private static long scales(MemorySegment w, long at) {
        int first = w.get(LegacyBlocks.INT, at);
        int last = w.get(LegacyBlocks.INT, at + 8);
        int high = (last & 0x0f0f0f0f) | (first >>> 2 & 0x30303030);
        return (first & 0x3f3f3f3f) | (long) high << 32;
    }

    /** The eight six-bit minima beside {@link #scales}. */
    private static long minima(MemorySegment w, long at) {
        int first = w.get(LegacyBlocks.INT, at + 4);
        int last = w.get(LegacyBlocks.INT, at + 8);
        int high = (last >>> 4 & 0x0f0f0f0f) | (first >>> 2 & 0x30303030);
        return (first & 0x3f3f3f3f) | (long) high << 32;
    }

    static void q4_k(
            MemorySegment data,
            long offset,
            int rows,
            int cols,
            float[] x,
            int xOffset,
            float[] scratch,
            float[] y,
            int yOffset) {
        int blocks = cols / 256;
        int sums = xOffset + cols;
        for (int row = 0; row < rows; row++) {
            MemorySegment w = data.asSlice(offset + row * 144L * blocks, 144L * blocks);
            FloatVector acc = FloatVector.zero(S);
            FloatVector taken = FloatVector.zero(S);
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(w.get(BlockDecoder.SHORT, 144L * block));
                float dmin = Float.float16ToFloat(w.get(BlockDecoder.SHORT, 144L * block + 2));
                IntVector scales = (IntVector) LongVector.broadcast(LongVector.SPECIES_128, scales(w, 144L * block + 4))
                        .reinterpretAsBytes()
                        .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                IntVector minima = (IntVector) LongVector.broadcast(LongVector.SPECIES_128, minima(w, 144L * block + 4))
                        .reinterpretAsBytes()
                        .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                ((FloatVector) scales.convertShape(VectorOperators.I2F, S, 0))
                        .mul(d)
                        .intoArray(scratch, 0);
                taken = ((FloatVector) minima.convertShape(VectorOperators.I2F, S, 0))
                        .mul(dmin)
                        .fma(FloatVector.fromArray(S, x, sums + 8 * block), taken);

                for (int pair = 0; pair < 4; pair++) {
                    int to = xOffset + 256 * block + 64 * pair;
                    IntVector v = IntVector.fromMemorySegment(INTS, w, 144L * block + 16 + 32L * pair, ORDER);
                    IntVector high = v.lanewise(VectorOperators.LSHR, 4);
                    FloatVector even = ((FloatVector) v.and(0xf).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromArray(S, x, to));
                    even = ((FloatVector) v.and(0xf00).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromArray(S, x, to + 8), even);
                    even = ((FloatVector) v.and(0xf0000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromArray(S, x, to + 16), even);
                    even = ((FloatVector) v.and(0xf000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromArray(S, x, to + 24), even);
                    FloatVector odd = ((FloatVector) high.and(0xf).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromArray(S, x, to + 32));
                    odd = ((FloatVector) high.and(0xf00).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromArray(S, x, to + 32 + 8), odd);
                    odd = ((FloatVector) high.and(0xf0000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromArray(S, x, to + 32 + 16), odd);
                    odd = ((FloatVector) high.and(0xf000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromArray(S, x, to + 32 + 24), odd);

                    acc = even.fma(FloatVector.broadcast(S, scratch[2 * pair]), acc);
                    acc = odd.fma(FloatVector.broadcast(S, scratch[2 * pair + 1]), acc);
                }
            }
            y[yOffset + row] = VectorSpec.sum8(acc.sub(taken));
        }
    }

    static void q5_k(
            MemorySegment data,
            long offset,
            int rows,
            int cols,
            float[] x,
            int xOffset,
            float[] scratch,
            float[] y,
            int yOffset) {
        int blocks = cols / 256;
        int sums = xOffset + cols;
        for (int row = 0; row < rows; row++) {
            MemorySegment w = data.asSlice(offset + row * 176L * blocks, 176L * blocks);
            FloatVector acc = FloatVector.zero(S);
            FloatVector taken = FloatVector.zero(S);
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(w.get(BlockDecoder.SHORT, 176L * block));
                float dmin = Float.float16ToFloat(w.get(BlockDecoder.SHORT, 176L * block + 2));
                IntVector scales = (IntVector) LongVector.broadcast(LongVector.SPECIES_128, scales(w, 176L * block + 4))
                        .reinterpretAsBytes()
                        .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                IntVector minima = (IntVector) LongVector.broadcast(LongVector.SPECIES_128, minima(w, 176L * block + 4))
                        .reinterpretAsBytes()
                        .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                ((FloatVector) scales.convertShape(VectorOperators.I2F, S, 0))
                        .mul(d)
                        .intoArray(scratch, 0);
                taken = ((FloatVector) minima.convertShape(VectorOperators.I2F, S, 0))
                        .mul(dmin)
                        .fma(FloatVector.fromArray(S, x, sums + 8 * block), taken);
                IntVector fifths = IntVector.fromMemorySegment(INTS, w, 176L * block + 16, ORDER);

                for (int pair = 0; pair < 4; pair++) {
                    int to = xOffset + 256 * block + 64 * pair;
                    IntVector v = IntVector.fromMemorySegment(INTS, w, 176L * block + 48 + 32L * pair, ORDER);
                    IntVector low = v.and(0x0f0f0f0f)
                            .or(fifths.lanewise(VectorOperators.LSHL, 4).and(0x10101010));
                    IntVector high = v.lanewise(VectorOperators.LSHR, 4)
                            .and(0x0f0f0f0f)
                            .or(fifths.lanewise(VectorOperators.LSHL, 3).and(0x10101010));
                    fifths = fifths.lanewise(VectorOperators.LSHR, 2);
                    FloatVector even = ((FloatVector) low.and(0xff).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromArray(S, x, to));
                    even = ((FloatVector) low.and(0xff00).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromArray(S, x, to + 8), even);
                    even = ((FloatVector) low.and(0xff0000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromArray(S, x, to + 16), even);
                    even = ((FloatVector) low.and(0xff000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromArray(S, x, to + 24), even);
                    FloatVector odd = ((FloatVector) high.and(0xff).convertShape(VectorOperators.I2F, S, 0))
                            .mul(FloatVector.fromArray(S, x, to + 32));
                    odd = ((FloatVector) high.and(0xff00).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromArray(S, x, to + 32 + 8), odd);
                    odd = ((FloatVector) high.and(0xff0000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromArray(S, x, to + 32 + 16), odd);
                    odd = ((FloatVector) high.and(0xff000000).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromArray(S, x, to + 32 + 24), odd);

                    acc = even.fma(FloatVector.broadcast(S, scratch[2 * pair]), acc);
                    acc = odd.fma(FloatVector.broadcast(S, scratch[2 * pair + 1]), acc);
                }
            }
            y[yOffset + row] = VectorSpec.sum8(acc.sub(taken));
        }
    }
}
