package dev.tarn.engine.compute;

/**
 * Rotary position embedding (Su et al. 2021, equation 34): pair i of a head is turned by the angle position · frequency[i].
 *
 * @param dims how many leading dimensions of each head are rotated; even
 * @param frequencies radians per position of each of the dims / 2 pairs
 * @param layout which dimensions form a pair
 */
public record Rope(int dims, double[] frequencies, RopeLayout layout) {
    /** The unscaled frequencies theta^(-2i / dims). */
    public static Rope ofTheta(int dims, double theta, RopeLayout layout) {
        double[] frequencies = new double[dims / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = Math.pow(theta, -2.0 * i / dims);
        }
        return new Rope(dims, frequencies, layout);
    }
}
