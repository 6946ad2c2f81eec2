package dev.tarn.engine.compute.integer;

import dev.tarn.engine.format.TensorType;

/**
 * Products of stored weights with activations in 16-bit integers. A group of activations x shares d = max |x| / r and becomes integers
 * round(x / d), ties to even, where r is the largest that products of the type have room for; sums of products of integers are exact, and are scaled and added in float32 in an order that is the
 * same on every implementation and for any number of tokens, so all give the same bits. Groups are those of {@link RoundedLayout}.
 *
 * <p>A group that holds an infinity or NaN gives products that are not finite. Implementations are stateless.
 */
public interface IntegerProducts {
    /** Tokens that are multiplied together, where it is not one alone. */
    int TILE = 4;

    /** What it is, for reports. */
    String describe();

    /** Whether weights of the type, in rows of this length, can be multiplied. */
    static boolean takes(TensorType type, int cols) {
        return switch (type) {
            case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K -> cols > 0 && cols % type.blockLength() == 0;
            default -> false;
        };
    }

    /**
     * Rounds the {@code cols} activations of one token for products with weights of the type.
     *
     * @param tokens how many lie together: 1 or {@value #TILE}
     * @param token which of them this is
     * @param out address of {@link RoundedLayout#bytes} bytes at a multiple of 32
     */
    void prepare(TensorType type, float[] x, int offset, int cols, int tokens, int token, long out);

    /**
     * y[i · tokens + t] = Σ_j w[i, j] · x[t, j] for {@code rows} rows of {@code cols} weights that lie one after the other from {@code
     * weights} on.
     *
     * @param weights address of memory that the caller has checked
     * @param tokens 1 or {@value #TILE}
     * @param x address of what {@link #prepare} wrote for this type, length and number of tokens, for each token
     * @param y address of {@code rows · tokens} floats
     */
    void multiply(TensorType type, long weights, int rows, int cols, int tokens, long x, long y);
}
