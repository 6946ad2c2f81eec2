package dev.tarn.engine.compute.integer;

import static dev.tarn.engine.compute.integer.PlainIntegerProducts.half;
import static dev.tarn.engine.compute.integer.PlainIntegerProducts.octet;
import static dev.tarn.engine.compute.integer.PlainIntegerProducts.single;
import static dev.tarn.engine.compute.integer.PlainIntegerProducts.word;

import dev.tarn.engine.format.TensorType;

/**
 * A row of blocks of 256 weights times rounded activations. Each of eight lanes adds up, over the eight parts of a block, the products
 * of its integers times the part's scale, and is scaled once a block. What minima and centres come to is added to the lanes first, lane
 * i taking parts i and, of sixteen, i + 8.
 */
final class PlainSuperBlocks {
    private static final int BLOCK = 256;
    private static final int PART = 32;

    /** What Q6_K's integers are off by, in units of their scale. */
    static final float CENTRE = -32;

    private PlainSuperBlocks() {}

    static float dot(TensorType type, long w, int cols, int tokens, int token, long x) {
        float[] lanes = new float[8];
        for (int block = 0; block < cols / BLOCK; block++) {
            long at = w + (long) block * type.blockBytes();
            long rounded = x + (long) block * RoundedLayout.stride(type, tokens);
            long integers = rounded + RoundedLayout.integers(type, token);
            long sums = rounded + RoundedLayout.sums(type, tokens, token);
            boolean six = type == TensorType.Q6_K;
            int[] dots = six ? sixBits(at, integers) : fiveBits(type, at, integers);
            for (int lane = 0; lane < 8; lane++) {
                lanes[lane] = six ? addCentres(at, lane, sums, lanes[lane]) : addMinimum(at, lane, sums, lanes[lane]);
            }
            float d = half(at, six ? 208 : 0);
            for (int lane = 0; lane < 8; lane++) {
                float scale = d * single(rounded + RoundedLayout.scales(type, tokens, token), lane);
                lanes[lane] = Math.fma(dots[lane], scale, lanes[lane]);
            }
        }
        return PlainIntegerProducts.sum(lanes);
    }

    private static float addMinimum(long at, int lane, long sums, float to) {
        return Math.fma(-(half(at, 2) * minimum(at, lane)), single(sums, lane), to);
    }

    private static float addCentres(long at, int lane, long sums, float to) {
        float d = half(at, 208) * CENTRE;
        float first = Math.fma(d * octet(at, 192 + lane), single(sums, 8 + lane), to);
        return Math.fma(d * octet(at, 200 + lane), single(sums, 16 + lane), first);
    }

    private static int[] fiveBits(TensorType type, long at, long x) {
        int[] dots = new int[8];
        for (int part = 0; part < 8; part++) {
            for (int i = 0; i < PART; i++) {
                dots[lane(type, i)] += scale(at, part) * integer(type, at, part, i) * activation(type, x, part, i);
            }
        }
        return dots;
    }

    private static int lane(TensorType type, int i) {
        return RoundedLayout.place(type, i) % (PART / 2) / 2;
    }

    private static int activation(TensorType type, long x, int part, int i) {
        return word(x, PART * part + RoundedLayout.place(type, i));
    }

    /** Twelve bytes from the fifth on hold eight scales and eight minima of six bits each. */
    private static int scale(long at, int part) {
        return part < 4 ? octet(at, 4 + part) & 63 : (octet(at, 8 + part) & 15) | (octet(at, part) >> 2 & 48);
    }

    private static int minimum(long at, int part) {
        return part < 4 ? octet(at, 8 + part) & 63 : (octet(at, 8 + part) >> 4 & 15) | (octet(at, 4 + part) >> 2 & 48);
    }

    private static int integer(TensorType type, long at, int part, int i) {
        boolean fifth = type == TensorType.Q5_K;
        int low = octet(at, (fifth ? 48 : 16) + PART * (part / 2) + i) >> (4 * (part % 2));
        int high = fifth ? octet(at, 16 + i) >> part : 0;
        return (low & 15) | ((high & 1) << 4);
    }

    private static int[] sixBits(long at, long x) {
        int[] dots = new int[8];
        for (int i = 0; i < BLOCK; i++) {
            int part = i % 128 / PART;
            int low = octet(at, 64 * (i / 128) + 32 * (part % 2) + i % PART) >> (4 * (part / 2));
            int high = octet(at, 128 + 32 * (i / 128) + i % PART) >> (2 * part);
            int q = (low & 15) | ((high & 3) << 4);
            dots[lane(TensorType.Q6_K, i % PART)] +=
                    octet(at, 192 + i / 16) * q * activation(TensorType.Q6_K, x, i / PART, i % PART);
        }
        return dots;
    }
}
