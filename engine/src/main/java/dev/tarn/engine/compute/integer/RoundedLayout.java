package dev.tarn.engine.compute.integer;

import dev.tarn.engine.format.TensorType;

/**
 * Where the parts of rounded activations lie. First come the integers, one byte each. For types with blocks of 32 weights a group is 32
 * activations, and behind the integers stand two floats a group: d, and d times the sum of the integers. For types with blocks of 256 a
 * group is 256, with a record of 64 bytes: d as a float; from byte 16 the sums of each 32 integers, from byte 32 those of each 16,
 * as 16-bit integers. What a block adds to each of its integers (a minimum, a centre) meets those sums.
 */
public final class RoundedLayout {
    /** Bytes of what stands beside a group of 32. */
    static final int PAIR = 8;

    /** Bytes of what stands beside a group of 256. */
    static final int RECORD = 64;

    /** Where a record holds the sums of 32. */
    static final int SUMS_OF_32 = 16;

    /** Where a record holds the sums of 16. */
    static final int SUMS_OF_16 = 32;

    private RoundedLayout() {}

    /** Bytes that {@code cols} activations take, room for the floats that they come from included. */
    public static long bytes(int cols) {
        return staging(cols) + 4L * cols;
    }

    /** Where the floats are put before they are rounded. */
    static long staging(int cols) {
        return cols + Math.ceilDiv(cols, 256) * (long) RECORD;
    }

    static boolean isSuperBlock(TensorType type) {
        return type.blockLength() == 256;
    }
}
