package dev.tarn.engine.compute.integer;

import dev.tarn.engine.format.TensorType;

/**
 * Where the parts of rounded activations lie, for T tokens side by side. Activations come in pieces of 32, of which sixteen make a
 * vector A of 16-bit integers and sixteen a vector B; integers 2 l and 2 l + 1 of both belong to lane l of eight. For types with
 * blocks of 32 weights, A has the first sixteen, and the four activations of a lane share a scale d. For types with blocks of 256, A has
 * activations 0 to 7 and 16 to 23 of a piece, and those of the same lane in eight pieces share one. A block of activations holds, in
 * this order,
 *
 * <ul>
 *   <li>the integers of each token,
 *   <li>the eight scales of each token,
 *   <li>the sums of each token, which a weight's minimum or centre meets: of 32 activations; for blocks of 256 eight such, then
 *       sixteen of 16.
 * </ul>
 */
public final class RoundedLayout {
    /** Activations whose lanes are scaled together. */
    static final int PIECE = 32;

    /** Bytes of sixteen integers, of eight scales, or of eight sums. */
    static final int VECTOR = 32;

    private static final int SUPER = 256;

    private RoundedLayout() {}

    /** Bytes that {@code cols} activations of each of {@code tokens} tokens take, with room for the floats that a token's come from. */
    public static long bytes(TensorType type, int cols, int tokens) {
        return staging(type, cols, tokens) + (long) Float.BYTES * cols;
    }

    /** Where the floats of a token are put before they are rounded. */
    static long staging(TensorType type, int cols, int tokens) {
        return (long) (cols / type.blockLength()) * stride(type, tokens);
    }

    static boolean isSuperBlock(TensorType type) {
        return type.blockLength() == SUPER;
    }

    /** Bytes from one block to the next. */
    static int stride(TensorType type, int tokens) {
        return isSuperBlock(type) ? tokens * (2 * SUPER + 4 * VECTOR) : 3 * VECTOR * tokens + VECTOR;
    }

    /** Where a block has the integers of a token. */
    static int integers(TensorType type, int token) {
        return Short.BYTES * type.blockLength() * token;
    }

    /** Where it has the scales. */
    static int scales(TensorType type, int tokens, int token) {
        return Short.BYTES * type.blockLength() * tokens + VECTOR * token;
    }

    /** Where it has the sums. */
    static int sums(TensorType type, int tokens, int token) {
        int start = (Short.BYTES * type.blockLength() + VECTOR) * tokens;
        return start + (isSuperBlock(type) ? 3 * VECTOR : Float.BYTES) * token;
    }

    /** The largest integer that an activation becomes: what it meets in a block must add up within 32 bits. */
    static int range(TensorType type) {
        return isSuperBlock(type) ? 8191 : Short.MAX_VALUE;
    }

    /** The place, of the 32 of its piece, of activation {@code i}: first those of A, then those of B. */
    static int place(TensorType type, int i) {
        boolean swapped = isSuperBlock(type) && i >= 8 && i < 24;
        return swapped ? 24 - i / 8 * 8 + i % 8 : i;
    }
}
