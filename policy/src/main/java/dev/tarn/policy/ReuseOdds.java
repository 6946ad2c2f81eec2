package dev.tarn.policy;

/** How likely a resident entry of a class is to be selected at its lane's next visit, counted as decoding goes; old counts fade by halving. */
final class ReuseOdds {
    /** A class that was seen so often has its counts halved. */
    private static final int FADE = 4096;

    private final int[] seen;
    private final int[] reused;

    ReuseOdds(int classes) {
        seen = new int[classes];
        reused = new int[classes];
    }

    /** So many entries of a class stand before a visit. */
    void see(int kind, int count) {
        while (seen[kind] >= FADE) {
            seen[kind] >>= 1;
            reused[kind] >>= 1;
        }
        seen[kind] += count;
    }

    /** One of them is selected. */
    void reuse(int kind) {
        reused[kind]++;
    }

    /** The share that is selected; a half where nothing is known. */
    double of(int kind) {
        return (reused[kind] + 0.5) / (seen[kind] + 1.0);
    }
}
