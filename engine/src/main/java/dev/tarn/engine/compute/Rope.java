package dev.tarn.engine.compute;

/**
 * Rotary position embedding (Su et al. 2021, equation 34): pair i of a head is turned by the angle position · frequency[i].
 *
 * @param offset the first dimension of each head that is rotated
 * @param dims how many dimensions of each head are rotated from there on; even
 * @param frequencies radians per position of each of the dims / 2 pairs
 * @param layout which dimensions form a pair
 * @param magnitude what cosines and sines are multiplied by (YaRN's attention factor); 1 for a pure rotation
 */
public record Rope(int offset, int dims, double[] frequencies, RopeLayout layout, double magnitude) {
    /** Bases are whole numbers, but for what float32 frequencies leave of them. */
    private static final double THETA_TOLERANCE = 1e-4;

    /** A pure rotation of the leading dimensions. */
    public Rope(int dims, double[] frequencies, RopeLayout layout) {
        this(0, dims, frequencies, layout, 1);
    }

    /** The unscaled frequencies theta^(-2i / dims), rounded to float32 as transformers rounds them. */
    public static Rope ofTheta(int dims, double theta, RopeLayout layout) {
        double[] frequencies = new double[dims / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1 / (float) Math.pow(theta, (float) (2 * i) / dims);
        }
        return new Rope(dims, frequencies, layout);
    }

    /**
     * The base of the frequencies: from the ratio of the first two, which stretches of the context leave as it is; 10000 where there is
     * one only.
     */
    public double theta() {
        if (frequencies.length < 2) {
            return 10_000;
        }
        double theta = Math.pow(frequencies[0] / frequencies[1], dims / 2.0);
        return Math.abs(theta - Math.rint(theta)) < THETA_TOLERANCE * theta ? Math.rint(theta) : theta;
    }

    /** The same rotation of the dimensions from {@code offset} on, paired by {@code layout}. */
    public Rope at(int offset, RopeLayout layout) {
        return new Rope(offset, dims, frequencies, layout, magnitude);
    }
}
