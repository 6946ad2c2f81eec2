package dev.tarn.engine.compute.integer;

import static dev.tarn.engine.compute.integer.PlainIntegerProducts.FLOAT;
import static dev.tarn.engine.compute.integer.PlainIntegerProducts.MEMORY;
import static dev.tarn.engine.compute.integer.PlainIntegerProducts.SHORT;
import static dev.tarn.engine.compute.integer.PlainIntegerProducts.half;
import static dev.tarn.engine.compute.integer.PlainIntegerProducts.octet;

import dev.tarn.engine.format.TensorType;

/**
 * A row of blocks of 256 weights times rounded activations. Lane l of eight adds up, over the eight parts of a block, the products of
 * the integers 4 l to 4 l + 3 times their scale; minima are added up in four lanes beside them, centres in the lanes themselves.
 */
final class PlainSuperBlocks {
    private static final int BLOCK = 256;
    private static final int PART = 32;

    private PlainSuperBlocks() {}

    static float dot(TensorType type, long w, int cols, long x) {
        float[] lanes = new float[8];
        float[] beside = new float[4];
        for (int block = 0; block < cols / BLOCK; block++) {
            long at = w + (long) block * type.blockBytes();
            long record = x + cols + (long) RoundedLayout.RECORD * block;
            if (type == TensorType.Q6_K) {
                sixBits(at, x + (long) BLOCK * block, record, lanes);
            } else {
                scaleMin(type, at, x + (long) BLOCK * block, record, lanes, beside);
            }
        }
        return PlainIntegerProducts.sum(lanes, beside);
    }

    private static void scaleMin(TensorType type, long at, long x, long record, float[] lanes, float[] beside) {
        int[] sums = new int[8];
        int[] minima = new int[4];
        for (int part = 0; part < 8; part++) {
            for (int i = 0; i < PART; i++) {
                sums[i / 4] += scale(at, part) * fiveBits(type, at, part, i) * octet(x, PART * part + i);
            }
            minima[part / 2] += minimum(at, part) * sum(record, RoundedLayout.SUMS_OF_32, part);
        }
        float d = MEMORY.get(FLOAT, record);
        for (int lane = 0; lane < 4; lane++) {
            beside[lane] = Math.fma(-(half(at, 2) * d), minima[lane], beside[lane]);
        }
        add(sums, half(at, 0) * d, lanes);
    }

    private static void add(int[] sums, float scale, float[] lanes) {
        for (int lane = 0; lane < 8; lane++) {
            lanes[lane] = Math.fma(sums[lane], scale, lanes[lane]);
        }
    }

    /** Twelve bytes from the fifth on hold eight scales and eight minima of six bits each. */
    private static int scale(long at, int part) {
        return part < 4 ? octet(at, 4 + part) & 63 : (octet(at, 8 + part) & 15) | (octet(at, part) >> 2 & 48);
    }

    private static int minimum(long at, int part) {
        return part < 4 ? octet(at, 8 + part) & 63 : (octet(at, 8 + part) >> 4 & 15) | (octet(at, 4 + part) >> 2 & 48);
    }

    private static int fiveBits(TensorType type, long at, int part, int i) {
        boolean fifth = type == TensorType.Q5_K;
        int low = octet(at, (fifth ? 48 : 16) + PART * (part / 2) + i) >> (4 * (part % 2));
        int high = fifth ? octet(at, 16 + i) >> part : 0;
        return (low & 15) | ((high & 1) << 4);
    }

    private static void sixBits(long at, long x, long record, float[] lanes) {
        int[] sums = new int[8];
        for (int i = 0; i < BLOCK; i++) {
            int part = i % 128 / PART;
            int low = octet(at, 64 * (i / 128) + 32 * (part % 2) + i % PART) >> (4 * (part / 2));
            int high = octet(at, 128 + 32 * (i / 128) + i % PART) >> (2 * part);
            sums[i % PART / 4] += octet(at, 192 + i / 16) * ((low & 15) | ((high & 3) << 4)) * octet(x, i);
        }
        for (int part = 0; part < 16; part++) {
            sums[part / 2] -= 32 * octet(at, 192 + part) * sum(record, RoundedLayout.SUMS_OF_16, part);
        }
        add(sums, half(at, 208) * MEMORY.get(FLOAT, record), lanes);
    }

    private static int sum(long record, int sums, int i) {
        return MEMORY.get(SHORT, record + sums + 2L * i);
    }
}
