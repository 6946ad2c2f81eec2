package dev.tarn.engine.kv;

/**
 * The order of half-precision numbers in a stored vector. Whole runs of {@link #RUN} numbers are stored as RUN / 2 pairs, of which
 * pair j is the numbers j and j + RUN / 2: read as 32-bit lanes, the low halves are then neighbours and so are the high halves, on
 * vectors of any length up to RUN / 2 lanes, and no shuffle is needed to tell them apart. Numbers after the last whole run are in order.
 */
public final class HalfOrder {
    /** Numbers of a run. */
    public static final int RUN = 32;

    private HalfOrder() {}

    /** Where number {@code i} of a vector of {@code dim} numbers is stored, in halves from its beginning. */
    public static int place(int i, int dim) {
        int begin = i / RUN * RUN;
        if (begin + RUN > dim) {
            return i;
        }
        int j = i - begin;
        return begin + (j < RUN / 2 ? 2 * j : 2 * (j - RUN / 2) + 1);
    }
}
