package dev.tarn.engine.compute.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels#gemv} over stored weights for the blocks of {@link CodebookBlocks}, with the Vector API: sixteen bytes choose sixteen values of the
 * codebook at once. Each method is one flat loop, because C2 boxes vectors that cross a call it does not inline.
 */
final class VectorCodebookGemv {
    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
    private static final int LANES = VectorSpec.LANES;
    private static final MemorySegment MEMORY = NativeMemory.ALL;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final ByteVector VALUES = ByteVector.fromArray(BYTES, CodebookBlocks.VALUES, 0);

    private VectorCodebookGemv() {}

    static void iq4_nl(long address, int rows, int cols, long activations, float[] scratch, float[] y, int yOffset) {
        long x = NativeMemory.bounded(activations);
        int blocks = cols / 32;
        for (int row = 0; row < rows; row++) {
            long start = NativeMemory.bounded(address + row * 18L * blocks);
            FloatVector acc = FloatVector.zero(S);
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 18L * block));
                ByteVector bytes = ByteVector.fromMemorySegment(BYTES, MEMORY, start + 18L * block + 2, ORDER);
                long at = x + 128L * block;
                FloatVector sum = FloatVector.zero(S);
                ByteVector low = bytes.and((byte) 15).selectFrom(VALUES);
                ByteVector high = bytes.reinterpretAsInts()
                        .lanewise(VectorOperators.LSHR, 4)
                        .reinterpretAsBytes()
                        .and((byte) 15)
                        .selectFrom(VALUES);
                sum = ((FloatVector) low.convertShape(VectorOperators.B2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, at, ORDER), sum);
                sum = ((FloatVector) high.convertShape(VectorOperators.B2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64, ORDER), sum);
                if (LANES <= 8) {
                    sum = ((FloatVector) low.convertShape(VectorOperators.B2F, S, 1))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 4L * LANES, ORDER), sum);
                    sum = ((FloatVector) high.convertShape(VectorOperators.B2F, S, 1))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64 + 4L * LANES, ORDER), sum);
                }
                if (LANES <= 4) {
                    sum = ((FloatVector) low.convertShape(VectorOperators.B2F, S, 2))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 8L * LANES, ORDER), sum);
                    sum = ((FloatVector) high.convertShape(VectorOperators.B2F, S, 2))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64 + 8L * LANES, ORDER), sum);
                    sum = ((FloatVector) low.convertShape(VectorOperators.B2F, S, 3))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 12L * LANES, ORDER), sum);
                    sum = ((FloatVector) high.convertShape(VectorOperators.B2F, S, 3))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64 + 12L * LANES, ORDER), sum);
                }

                acc = sum.fma(FloatVector.broadcast(S, d), acc);
            }
            acc.intoArray(scratch, LANES * row);
        }
        VectorSpec.sumRows(scratch, LANES, rows, 1, y, yOffset);
    }

    static void iq4_xs(long address, int rows, int cols, long activations, float[] scratch, float[] y, int yOffset) {
        long x = NativeMemory.bounded(activations);
        int blocks = cols / 256;
        for (int row = 0; row < rows; row++) {
            long start = NativeMemory.bounded(address + row * 136L * blocks);
            FloatVector acc = FloatVector.zero(S);
            for (int group = 0; group < 8 * blocks; group++) {
                int block = group / 8;
                float d = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 136L * block));
                int tops = MEMORY.get(BlockDecoder.SHORT, start + 136L * block + 2) >>> (group % 8 * 2) & 3;
                int lows = MEMORY.get(LegacyBlocks.INT, start + 136L * block + 4) >>> (group % 8 * 4) & 15;
                float scale = d * ((lows | tops << 4) - 32);
                ByteVector bytes =
                        ByteVector.fromMemorySegment(BYTES, MEMORY, start + 136L * block + 8 + group % 8 * 16L, ORDER);
                long at = x + 128L * group;
                FloatVector sum = FloatVector.zero(S);
                ByteVector low = bytes.and((byte) 15).selectFrom(VALUES);
                ByteVector high = bytes.reinterpretAsInts()
                        .lanewise(VectorOperators.LSHR, 4)
                        .reinterpretAsBytes()
                        .and((byte) 15)
                        .selectFrom(VALUES);
                sum = ((FloatVector) low.convertShape(VectorOperators.B2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, at, ORDER), sum);
                sum = ((FloatVector) high.convertShape(VectorOperators.B2F, S, 0))
                        .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64, ORDER), sum);
                if (LANES <= 8) {
                    sum = ((FloatVector) low.convertShape(VectorOperators.B2F, S, 1))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 4L * LANES, ORDER), sum);
                    sum = ((FloatVector) high.convertShape(VectorOperators.B2F, S, 1))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64 + 4L * LANES, ORDER), sum);
                }
                if (LANES <= 4) {
                    sum = ((FloatVector) low.convertShape(VectorOperators.B2F, S, 2))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 8L * LANES, ORDER), sum);
                    sum = ((FloatVector) high.convertShape(VectorOperators.B2F, S, 2))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64 + 8L * LANES, ORDER), sum);
                    sum = ((FloatVector) low.convertShape(VectorOperators.B2F, S, 3))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 12L * LANES, ORDER), sum);
                    sum = ((FloatVector) high.convertShape(VectorOperators.B2F, S, 3))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64 + 12L * LANES, ORDER), sum);
                }

                acc = sum.fma(FloatVector.broadcast(S, scale), acc);
            }
            acc.intoArray(scratch, LANES * row);
        }
        VectorSpec.sumRows(scratch, LANES, rows, 1, y, yOffset);
    }
}
