package dev.tarn.engine.attention;

import java.util.Arrays;

/** Units attended together: their positions unit after unit, and the scores of these. Reused from wave to wave. */
final class Wave {
    private final int block;

    /** The entries' positions. */
    int[] positions = new int[0];

    /** Scaled products of query and key, [heads][entries]; filled where the rule asks for them. */
    float[] scores = new float[0];

    /** Entries. */
    int entries;

    /** Units. */
    int units;

    /** The place of a unit with fewer than all its entries; -1 where all are whole. */
    int incomplete;

    Wave(int block) {
        this.block = block;
    }

    void clear() {
        entries = 0;
        units = 0;
        incomplete = -1;
    }

    /** Appends the entries of a unit, of n candidates. */
    void add(int unit, int n) {
        int end = Math.min(n, (unit + 1) * block);
        if (positions.length < entries + block) {
            positions = Arrays.copyOf(positions, Math.max(entries + block, 2 * positions.length));
        }
        if (end < (unit + 1) * block) {
            incomplete = units;
        }
        for (int s = unit * block; s < end; s++) {
            positions[entries++] = s;
        }
        units++;
    }

    /** Makes room for the scores of {@code heads} heads. */
    void reserveScores(int heads) {
        if (scores.length < heads * entries) {
            scores = new float[Math.max(heads * entries, 2 * scores.length)];
        }
    }

    /** Entries of the unit at a place. */
    int size(int place) {
        return place == incomplete ? entries - (units - 1) * block : block;
    }

    /** Positions of a whole unit. */
    int block() {
        return block;
    }
}
