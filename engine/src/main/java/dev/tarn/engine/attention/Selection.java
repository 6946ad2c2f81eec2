package dev.tarn.engine.attention;

/** The positions chosen for one query of one layer; ascending. Reused from query to query. */
public final class Selection {
    /** The group of a selection that all heads share. */
    public static final int ALL_HEADS = -1;

    /** The positions, in the first {@link #count} places. */
    public int[] positions = new int[0];

    /** How many positions were chosen. */
    public int count;

    /** Waves taken before the stop rule was satisfied. */
    public int waves = 1;

    /** PSA's estimate P of the mass taken, the smallest of the heads; NaN where the stop rule has none. */
    public float mass = Float.NaN;

    /** P of each query head that the selection is for; meaningless where {@link #mass} is NaN. */
    public float[] headMass = new float[0];

    /** Positions of a ranked unit: the score of position s, where one is known, is that of unit s / unit. */
    public int unit = 1;

    /** Bytes of index keys or block summaries that were read to rank. */
    public long indexBytes;

    /** Makes room for {@code capacity} positions. */
    void reserve(int capacity) {
        if (positions.length < capacity) {
            positions = new int[Math.max(capacity, 2 * positions.length)];
        }
    }

    /** Forgets what a ranking and a stop rule said, and becomes what a layer that only uses the selection says of it. */
    void reuse() {
        waves = 1;
        mass = Float.NaN;
        indexBytes = 0;
    }

    /** Chooses positions 0..n-1. */
    void takeAll(int n) {
        reserve(n);
        for (int i = 0; i < n; i++) {
            positions[i] = i;
        }
        count = n;
    }

    /** Makes room for P of {@code heads} query heads. */
    void reserveHeads(int heads) {
        if (headMass.length < heads) {
            headMass = new float[heads];
        }
    }
}
