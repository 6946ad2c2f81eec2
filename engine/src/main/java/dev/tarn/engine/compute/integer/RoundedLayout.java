package dev.tarn.engine.compute.integer;

import dev.tarn.engine.format.TensorType;

/**
 * Where the parts of rounded activations lie, for T tokens side by side. Activations come in pieces of 32, and four consecutive ones of
 * a piece make a lane. For types with blocks of 32 weights the four share a scale d; for types with blocks of 256 those of the
 * same lane in eight pieces do. A block of activations holds, in this order,
 *
 * <ul>
 *   <li>the integers of each token, one byte each,
 *   <li>the eight scales of each token,
 *   <li>the sums of each token, which a weight's minimum or centre meets: of 32 activations; for blocks of 256 eight such, then
 *       sixteen of 16.
 * </ul>
 *
 * <p>A scale for so few activations costs nothing, because lanes are scaled one by one anyway, and halves the error of rounding.
 */
public final class RoundedLayout {
    /** Activations whose lanes are scaled together. */
    static final int PIECE = 32;

    /** Bytes of eight scales, or eight sums. */
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
        return isSuperBlock(type) ? tokens * (SUPER + 4 * VECTOR) : 2 * VECTOR * tokens + VECTOR;
    }

    /** Where a block has the integers of a token. */
    static int integers(TensorType type, int token) {
        return type.blockLength() * token;
    }

    /** Where it has the scales. */
    static int scales(TensorType type, int tokens, int token) {
        return type.blockLength() * tokens + VECTOR * token;
    }

    /** Where it has the sums. */
    static int sums(TensorType type, int tokens, int token) {
        int start = (type.blockLength() + VECTOR) * tokens;
        return start + (isSuperBlock(type) ? 3 * VECTOR : Float.BYTES) * token;
    }
}
