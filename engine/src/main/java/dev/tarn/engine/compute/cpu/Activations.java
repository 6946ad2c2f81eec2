package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.format.TensorType;

/**
 * One token's activations as {@link Kernels#gemv} reads them: in the order in which a type's kernel meets its weights, followed by
 * sums over groups. What a block type adds to or takes off every integer of a group (a minimum, a centre) need not be unpacked
 * with each weight: it meets the sum of the group's activations, which is the same for all weight rows.
 */
final class Activations {
    private static final int LANES = 8;
    private static final int BYTES = 4;

    private Activations() {}

    /** Floats that {@code cols} prepared activations take at most. */
    static int length(int cols) {
        return cols + cols / 16;
    }

    /** Activations in their own order. */
    static void inOrder(TensorType type, float[] x, int xOffset, int cols, float[] out, int outOffset) {
        System.arraycopy(x, xOffset, out, outOffset, cols);
        sum(type, x, xOffset, cols, out, outOffset + cols);
    }

    /**
     * Each 32 activations in four planes of eight lanes: byte b of lane l belongs to activation 4 l + b, and stands there with
     * the weight 2^(8 b), which the activation takes off.
     */
    static void inPlanes(TensorType type, float[] x, int xOffset, int cols, float[] out, int outOffset) {
        for (int group = 0; group < cols; group += LANES * BYTES) {
            for (int lane = 0; lane < LANES; lane++) {
                int from = xOffset + group + BYTES * lane;
                int to = outOffset + group + lane;
                out[to] = x[from];
                out[to + LANES] = x[from + 1] * 0x1p-8f;
                out[to + 2 * LANES] = x[from + 2] * 0x1p-16f;
                out[to + 3 * LANES] = x[from + 3] * 0x1p-24f;
            }
        }
        sum(type, x, xOffset, cols, out, outOffset + cols);
    }

    private static void sum(TensorType type, float[] x, int xOffset, int cols, float[] out, int outOffset) {
        int length = switch (type) {
            case Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K -> 32;
            case Q2_K, Q3_K, Q6_K -> 16;
            default -> cols + 1;
        };
        for (int i = 0; i < cols / length; i++) {
            int at = xOffset + i * length;
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
            out[outOffset + i] = (a + b) + (c + d);
        }
    }
}
