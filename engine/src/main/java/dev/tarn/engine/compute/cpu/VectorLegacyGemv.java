package dev.tarn.engine.compute.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels#gemv} over stored weights for the blocks of {@link LegacyBlocks}, with the Vector API. Each method is one flat loop, because C2 boxes
 * vectors that cross a call it does not inline.
 */
final class VectorLegacyGemv {
    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final VectorSpecies<Integer> INTS = VectorSpec.INTS;
    private static final VectorSpecies<Byte> BYTES = VectorSpec.BYTES;
    private static final int LANES = VectorSpec.LANES;
    private static final int STEP = BYTES.length();
    private static final MemorySegment MEMORY = NativeMemory.ALL;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final IntVector LANE = IntVector.zero(INTS).addIndex(1);

    private VectorLegacyGemv() {}

    static void q4_0(long address, int rows, int cols, long activations, float[] scratch, float[] y, int yOffset) {
        long x = NativeMemory.bounded(activations);
        int blocks = cols / 32;
        long sums = x + 4L * cols;
        for (int row = 0; row < rows; row++) {
            long start = NativeMemory.bounded(address + row * 18L * blocks);
            FloatVector acc = FloatVector.zero(S);
            float centres = 0;
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 18L * block));
                FloatVector sum = FloatVector.zero(S);
                for (int j = 0; j < 16; j += STEP) {
                    ByteVector bytes = ByteVector.fromMemorySegment(BYTES, MEMORY, start + 18L * block + 2 + j, ORDER);
                    IntVector q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                    long at = x + 128L * block + 4L * j;
                    sum = ((FloatVector) q.and(15).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at, ORDER), sum);
                    sum = ((FloatVector) q.lanewise(VectorOperators.LSHR, 4).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64, ORDER), sum);
                    if (STEP > LANES) {
                        q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 1);
                        at += 4L * LANES;
                        sum = ((FloatVector) q.and(15).convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromMemorySegment(S, MEMORY, at, ORDER), sum);
                        sum = ((FloatVector)
                                        q.lanewise(VectorOperators.LSHR, 4).convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64, ORDER), sum);
                    }
                }
                acc = sum.fma(FloatVector.broadcast(S, d), acc);
                centres = Math.fma(d, MEMORY.get(BlockDecoder.FLOAT, sums + 4L * block), centres);
            }
            y[yOffset + row] = VectorSpec.sum(acc) - 8 * centres;
        }
    }

    static void q4_1(long address, int rows, int cols, long activations, float[] scratch, float[] y, int yOffset) {
        long x = NativeMemory.bounded(activations);
        int blocks = cols / 32;
        long sums = x + 4L * cols;
        for (int row = 0; row < rows; row++) {
            long start = NativeMemory.bounded(address + row * 20L * blocks);
            FloatVector acc = FloatVector.zero(S);
            float minima = 0;
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 20L * block));
                float m = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 20L * block + 2));
                FloatVector sum = FloatVector.zero(S);
                for (int j = 0; j < 16; j += STEP) {
                    ByteVector bytes = ByteVector.fromMemorySegment(BYTES, MEMORY, start + 20L * block + 4 + j, ORDER);
                    IntVector q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                    long at = x + 128L * block + 4L * j;
                    sum = ((FloatVector) q.and(15).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at, ORDER), sum);
                    sum = ((FloatVector) q.lanewise(VectorOperators.LSHR, 4).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64, ORDER), sum);
                    if (STEP > LANES) {
                        q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 1);
                        at += 4L * LANES;
                        sum = ((FloatVector) q.and(15).convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromMemorySegment(S, MEMORY, at, ORDER), sum);
                        sum = ((FloatVector)
                                        q.lanewise(VectorOperators.LSHR, 4).convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64, ORDER), sum);
                    }
                }
                acc = sum.fma(FloatVector.broadcast(S, d), acc);
                minima = Math.fma(m, MEMORY.get(BlockDecoder.FLOAT, sums + 4L * block), minima);
            }
            y[yOffset + row] = VectorSpec.sum(acc) + minima;
        }
    }

    static void q5_0(long address, int rows, int cols, long activations, float[] scratch, float[] y, int yOffset) {
        long x = NativeMemory.bounded(activations);
        int blocks = cols / 32;
        long sums = x + 4L * cols;
        for (int row = 0; row < rows; row++) {
            long start = NativeMemory.bounded(address + row * 22L * blocks);
            FloatVector acc = FloatVector.zero(S);
            float centres = 0;
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 22L * block));
                long fifth = Integer.toUnsignedLong(MEMORY.get(LegacyBlocks.INT, start + 22L * block + 2)) << 4;
                FloatVector sum = FloatVector.zero(S);
                for (int j = 0; j < 16; j += STEP) {
                    ByteVector bytes = ByteVector.fromMemorySegment(BYTES, MEMORY, start + 22L * block + 6 + j, ORDER);
                    IntVector q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                    IntVector low = IntVector.broadcast(INTS, (int) (fifth >>> j))
                            .lanewise(VectorOperators.LSHR, LANE)
                            .and(16);
                    IntVector high = IntVector.broadcast(INTS, (int) (fifth >>> (j + 16)))
                            .lanewise(VectorOperators.LSHR, LANE)
                            .and(16);
                    long at = x + 128L * block + 4L * j;
                    sum = ((FloatVector) q.and(15).or(low).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at, ORDER), sum);
                    sum = ((FloatVector) q.lanewise(VectorOperators.LSHR, 4)
                                    .or(high)
                                    .convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64, ORDER), sum);
                    if (STEP > LANES) {
                        q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 1);
                        low = IntVector.broadcast(INTS, (int) (fifth >>> (j + LANES)))
                                .lanewise(VectorOperators.LSHR, LANE)
                                .and(16);
                        high = IntVector.broadcast(INTS, (int) (fifth >>> (j + LANES + 16)))
                                .lanewise(VectorOperators.LSHR, LANE)
                                .and(16);
                        at += 4L * LANES;
                        sum = ((FloatVector) q.and(15).or(low).convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromMemorySegment(S, MEMORY, at, ORDER), sum);
                        sum = ((FloatVector) q.lanewise(VectorOperators.LSHR, 4)
                                        .or(high)
                                        .convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64, ORDER), sum);
                    }
                }
                acc = sum.fma(FloatVector.broadcast(S, d), acc);
                centres = Math.fma(d, MEMORY.get(BlockDecoder.FLOAT, sums + 4L * block), centres);
            }
            y[yOffset + row] = VectorSpec.sum(acc) - 16 * centres;
        }
    }

    static void q5_1(long address, int rows, int cols, long activations, float[] scratch, float[] y, int yOffset) {
        long x = NativeMemory.bounded(activations);
        int blocks = cols / 32;
        long sums = x + 4L * cols;
        for (int row = 0; row < rows; row++) {
            long start = NativeMemory.bounded(address + row * 24L * blocks);
            FloatVector acc = FloatVector.zero(S);
            float minima = 0;
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 24L * block));
                float m = Float.float16ToFloat(MEMORY.get(BlockDecoder.SHORT, start + 24L * block + 2));
                long fifth = Integer.toUnsignedLong(MEMORY.get(LegacyBlocks.INT, start + 24L * block + 4)) << 4;
                FloatVector sum = FloatVector.zero(S);
                for (int j = 0; j < 16; j += STEP) {
                    ByteVector bytes = ByteVector.fromMemorySegment(BYTES, MEMORY, start + 24L * block + 8 + j, ORDER);
                    IntVector q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                    IntVector low = IntVector.broadcast(INTS, (int) (fifth >>> j))
                            .lanewise(VectorOperators.LSHR, LANE)
                            .and(16);
                    IntVector high = IntVector.broadcast(INTS, (int) (fifth >>> (j + 16)))
                            .lanewise(VectorOperators.LSHR, LANE)
                            .and(16);
                    long at = x + 128L * block + 4L * j;
                    sum = ((FloatVector) q.and(15).or(low).convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at, ORDER), sum);
                    sum = ((FloatVector) q.lanewise(VectorOperators.LSHR, 4)
                                    .or(high)
                                    .convertShape(VectorOperators.I2F, S, 0))
                            .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64, ORDER), sum);
                    if (STEP > LANES) {
                        q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 1);
                        low = IntVector.broadcast(INTS, (int) (fifth >>> (j + LANES)))
                                .lanewise(VectorOperators.LSHR, LANE)
                                .and(16);
                        high = IntVector.broadcast(INTS, (int) (fifth >>> (j + LANES + 16)))
                                .lanewise(VectorOperators.LSHR, LANE)
                                .and(16);
                        at += 4L * LANES;
                        sum = ((FloatVector) q.and(15).or(low).convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromMemorySegment(S, MEMORY, at, ORDER), sum);
                        sum = ((FloatVector) q.lanewise(VectorOperators.LSHR, 4)
                                        .or(high)
                                        .convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromMemorySegment(S, MEMORY, at + 64, ORDER), sum);
                    }
                }
                acc = sum.fma(FloatVector.broadcast(S, d), acc);
                minima = Math.fma(m, MEMORY.get(BlockDecoder.FLOAT, sums + 4L * block), minima);
            }
            y[yOffset + row] = VectorSpec.sum(acc) + minima;
        }
    }
}
