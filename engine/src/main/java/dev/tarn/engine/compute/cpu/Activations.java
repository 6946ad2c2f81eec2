package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.format.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One token's activations as {@link Kernels#gemv} reads them: in the order in which a type's kernel meets its weights, followed by
 * sums over groups. What a block type adds to or takes off every integer of a group (a minimum, a centre) need not be unpacked
 * with each weight: it meets the sum of the group's activations, which is the same for all weight rows.
 */
final class Activations {
    private static final int LANES = 8;
    private static final int BYTES = 4;
    private static final float[] PLACES = {1, 0x1p-8f, 0x1p-16f, 0x1p-24f};
    private static final float[] TOPS = {0x1p-24f, 0x1p-24f, 0x1p-24f, 0x1p-24f};
    private static final MemorySegment MEMORY = NativeMemory.ALL;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    private Activations() {}

    /** Bytes that {@code cols} prepared activations take at most. */
    static long bytes(int cols) {
        return Float.BYTES * (cols + cols / 8L);
    }

    /** Activations in their own order. */
    static void inOrder(TensorType type, float[] x, int xOffset, int cols, long out) {
        MemorySegment.copy(x, xOffset, MEMORY, FLOAT, out, cols);
        sum(type, x, xOffset, cols, out + 4L * cols);
    }

    /**
     * Each 32 activations in four planes of eight lanes: byte b of lane l belongs to activation 4 l + b. An unsigned byte stands there with
     * the weight 2^(8 b), a signed one is shifted to the top of the word for its sign; the activation takes the weight off.
     */
    static void inPlanes(TensorType type, float[] x, int xOffset, int cols, long out) {
        float[] factors = type == TensorType.Q8_0 ? TOPS : PLACES;
        for (int group = 0; group < cols; group += LANES * BYTES) {
            for (int lane = 0; lane < LANES; lane++) {
                int from = xOffset + group + BYTES * lane;
                long to = out + 4L * (group + lane);
                MEMORY.set(FLOAT, to, x[from] * factors[0]);
                MEMORY.set(FLOAT, to + 4L * LANES, x[from + 1] * factors[1]);
                MEMORY.set(FLOAT, to + 8L * LANES, x[from + 2] * factors[2]);
                MEMORY.set(FLOAT, to + 12L * LANES, x[from + 3] * factors[3]);
            }
        }
        sum(type, x, xOffset, cols, out + 4L * cols);
    }

    /**
     * Each 64 activations as {@link VectorWordGemv} meets the integers of two blocks: plane n of eight lanes belongs to the n-th four
     * bits of eight words, the first block's in the lower lanes. Behind the planes stand the sums of the blocks, a quarter in each lane, times what
     * the type takes the integers of a block to be off by.
     */
    static void inPairs(TensorType type, float[] x, int xOffset, int cols, long out) {
        float centre = type == TensorType.Q4_0 ? -8 : 1;
        for (int block = 0; block < cols / 32; block++) {
            int from = xOffset + 32 * block;
            long to = out + block / 2 * VectorWordGemv.PAIR_BYTES + block % 2 * 16L;
            for (int lane = 0; lane < 4; lane++) {
                for (int plane = 0; plane < 8; plane++) {
                    float value = x[from + 4 * lane + plane / 2 + plane % 2 * 16];
                    MEMORY.set(FLOAT, to + 32L * plane + 4L * lane, value * VectorWordGemv.FACTORS[plane]);
                }
            }
            float quarter = sum(x, from, 32) * centre / 4 * VectorWordGemv.FACTORS[0];
            for (int lane = 0; lane < 4; lane++) {
                MEMORY.set(FLOAT, to + 256 + 4L * lane, quarter);
            }
        }
    }

    private static void sum(TensorType type, float[] x, int xOffset, int cols, long out) {
        int length = switch (type) {
            case Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K -> 32;
            case Q2_K, Q3_K, Q6_K -> 16;
            default -> cols + 1;
        };
        for (int i = 0; i < cols / length; i++) {
            MEMORY.set(FLOAT, out + 4L * i, sum(x, xOffset + i * length, length));
        }
    }

    private static float sum(float[] x, int at, int length) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        for (int j = at; j < at + length; j += 4) {
            a += x[j];
            b += x[j + 1];
            c += x[j + 2];
            d += x[j + 3];
        }
        return (a + b) + (c + d);
    }
}
