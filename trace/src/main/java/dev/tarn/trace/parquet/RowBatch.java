package dev.tarn.trace.parquet;

import org.jspecify.annotations.Nullable;

/**
 * Some hundred rows as plain columns, filled by the caller's thread and handed whole to the background thread, then recycled.
 * A batch takes {@link #ROWS} rows or {@link #INDICES} indices, whichever comes first; one row of more indices makes it grow once.
 */
final class RowBatch {
    static final int ROWS = 1024;
    static final int INDICES = 1 << 16;

    final int[] request = new int[ROWS];
    final int[] step = new int[ROWS];
    final int[] position = new int[ROWS];
    final int[] layer = new int[ROWS];
    final int[] group = new int[ROWS];
    final int[] budgetWaves = new int[ROWS];
    final float[] mass = new float[ROWS];
    final boolean[] scored = new boolean[ROWS];

    /** Row r's indices, and its scores, lie at ends[r - 1] (0 for the first row) up to ends[r]. */
    final int[] ends = new int[ROWS];

    private int rows;
    private int[] indices = new int[INDICES];
    private float[] scores;

    RowBatch(boolean withScores) {
        scores = new float[withScores ? INDICES : 0];
    }

    int rows() {
        return rows;
    }

    int[] indices() {
        return indices;
    }

    float[] scores() {
        return scores;
    }

    int begin(int row) {
        return row == 0 ? 0 : ends[row - 1];
    }

    void clear() {
        rows = 0;
    }

    /** Whether a row of so many indices still fits; an empty batch takes any. */
    boolean fits(int count) {
        return rows == 0 || (rows < ROWS && count <= INDICES - begin(rows));
    }

    /** Copies the first {@code count} indices, and the scores beside them if there are any, as the next row. */
    void addSelection(int[] from, int count, float @Nullable [] fromScores) {
        int begin = begin(rows);
        if (indices.length < begin + count) {
            indices = new int[count];
            scores = new float[scores.length == 0 ? 0 : count];
        }
        System.arraycopy(from, 0, indices, begin, count);
        if (fromScores != null) {
            System.arraycopy(fromScores, 0, scores, begin, count);
        }
        scored[rows] = fromScores != null;
        ends[rows++] = begin + count;
    }
}
