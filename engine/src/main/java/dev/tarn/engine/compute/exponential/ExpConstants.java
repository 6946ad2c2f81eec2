package dev.tarn.engine.compute.exponential;

/**
 * e^x = 2^n · e^r with n the nearest integer to x / ln 2 and |r| <= ln2 / 2, where e^r is a polynomial of degree 6 (Cephes expf). Whoever
 * computes it in this order, with fused multiply-adds, has the same bits.
 */
public final class ExpConstants {
    public static final float LOG2_E = 1.442695f;
    /** The upper bits of ln 2, so that products with n are exact. */
    public static final float LN2_HIGH = 0x1.63p-1f;

    public static final float LN2_LOW = -0x1.bd0106p-13f;
    /** Below it e^x is taken for 0. */
    public static final float LOWEST = -87.3f;
    /** Above it e^x is taken for e^HIGHEST. */
    public static final float HIGHEST = 88.3f;
    /** 1.5 · 2^23: adding it leaves the nearest integer in the low bits of the mantissa. */
    public static final float ROUND = 12582912f;

    /** 2 √(2/π), and that times 0.044715. */
    public static final float GELU_SLOPE = (float) 1.5957691216057308;

    public static final float GELU_CUBIC = (float) 0.07135481627260025;

    private static final float[] POLYNOMIAL = {
        1.9875691e-4f, 1.3981999e-3f, 8.333452e-3f, 4.1665796e-2f, 1.6666666e-1f, 5.0e-1f
    };

    private ExpConstants() {}

    /** The coefficient of r^power for powers 2 to 7: e^r = 1 + r + r² · (c2 + c3 r + ...). */
    public static float coefficient(int power) {
        return POLYNOMIAL[7 - power];
    }
}
