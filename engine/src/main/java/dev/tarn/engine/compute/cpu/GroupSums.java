package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.format.TensorType;

/**
 * Sums over groups of activations. What a block type adds to or takes off every integer of a group (a minimum, a centre) need
 * not be unpacked with each weight: it meets the sum of the group's activations, which is the same for all weight rows.
 */
final class GroupSums {
    private GroupSums() {}

    /** How many activations share a sum; 0 where a type needs none. */
    static int length(TensorType type) {
        return switch (type) {
            case Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K -> 32;
            case Q2_K, Q3_K, Q6_K -> 16;
            default -> 0;
        };
    }

    /** sums[i] = the sum of the i-th group of x, for all groups of {@code cols} activations. */
    static void fill(TensorType type, float[] x, int xOffset, int cols, float[] sums, int sumsOffset) {
        int length = length(type);
        for (int i = 0; length > 0 && i < cols / length; i++) {
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
            sums[sumsOffset + i] = (a + b) + (c + d);
        }
    }
}
