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

    /** PSA's estimate of the mass taken; NaN where the stop rule has none. */
    public float mass = Float.NaN;

    /** Makes room for {@code capacity} positions. */
    void reserve(int capacity) {
        if (positions.length < capacity) {
            positions = new int[Math.max(capacity, 2 * positions.length)];
        }
    }

    /** Becomes what another selection is. */
    void copy(Selection other) {
        reserve(other.count);
        System.arraycopy(other.positions, 0, positions, 0, other.count);
        count = other.count;
        waves = other.waves;
        mass = other.mass;
    }

    /** Chooses positions 0..n-1. */
    void takeAll(int n) {
        reserve(n);
        for (int i = 0; i < n; i++) {
            positions[i] = i;
        }
        count = n;
    }
}
