package dev.tarn.engine.compute.integer;

import static dev.tarn.engine.compute.integer.PlainIntegerProducts.MEMORY;
import static dev.tarn.engine.compute.integer.PlainIntegerProducts.half;
import static dev.tarn.engine.compute.integer.PlainIntegerProducts.octet;
import static dev.tarn.engine.compute.integer.PlainIntegerProducts.single;
import static dev.tarn.engine.compute.integer.PlainIntegerProducts.word;

import dev.tarn.engine.format.TensorType;
import java.lang.foreign.ValueLayout;

/**
 * A row of blocks of 32 weights times rounded activations. Each of eight lanes adds up the products of its four integers of each block,
 * scaled; what minima and centres come to is added up beside them.
 */
final class PlainLegacyBlocks {
    private static final int INTS = 32;

    private PlainLegacyBlocks() {}

    static float dot(TensorType type, long w, int cols, int tokens, int token, long x) {
        float[] lanes = new float[8];
        float beside = 0;
        int[] q = new int[INTS];
        for (int block = 0; block < cols / INTS; block++) {
            long at = w + (long) block * type.blockBytes();
            long rounded = x + (long) block * RoundedLayout.stride(type, tokens);
            unpack(type, at, q);
            float d = half(at, 0);
            float m = hasMinimum(type) ? half(at, 2) : d;
            beside = Math.fma(m, single(rounded + RoundedLayout.sums(type, tokens, token), 0), beside);
            for (int lane = 0; lane < 8; lane++) {
                float scale = d * single(rounded + RoundedLayout.scales(type, tokens, token), lane);
                int dot = dot(q, rounded + RoundedLayout.integers(type, token), lane);
                lanes[lane] = Math.fma((float) dot, scale, lanes[lane]);
            }
        }
        float sum = PlainIntegerProducts.sum(lanes);
        return type == TensorType.Q8_0 ? sum : Math.fma(factor(type), beside, sum);
    }

    static boolean hasMinimum(TensorType type) {
        return type == TensorType.Q4_1 || type == TensorType.Q5_1;
    }

    /** What the scales, or the minima where a type has them, times the sums of activations count in a row. */
    static float factor(TensorType type) {
        return switch (type) {
            case Q4_0 -> -8;
            case Q5_0 -> -16;
            default -> 1;
        };
    }

    private static int dot(int[] q, long x, int lane) {
        int a = 2 * lane;
        int b = a + INTS / 2;
        return q[a] * word(x, a) + q[a + 1] * word(x, a + 1) + q[b] * word(x, b) + q[b + 1] * word(x, b + 1);
    }

    /** The integers as they are stored, before a centre is taken off. */
    private static void unpack(TensorType type, long at, int[] q) {
        boolean fifth = type == TensorType.Q5_0 || type == TensorType.Q5_1;
        long bits = at + (hasMinimum(type) ? 4 : 2);
        int high = fifth ? MEMORY.get(ValueLayout.JAVA_INT_UNALIGNED, bits) : 0;
        long bytes = fifth ? bits + 4 : bits;
        for (int i = 0; i < INTS; i++) {
            if (type == TensorType.Q8_0) {
                q[i] = octet(bytes, i);
            } else {
                int low = octet(bytes, i % 16) >> (4 * (i / 16));
                q[i] = (low & 15) | (((high >> i) & 1) << 4);
            }
        }
    }
}
