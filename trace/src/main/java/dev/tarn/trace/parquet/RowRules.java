package dev.tarn.trace.parquet;

import dev.tarn.trace.TraceException;
import dev.tarn.trace.TraceMetadata;
import dev.tarn.trace.TraceRow;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What holds for every row of a trace; asked by the writer and by the reader. */
final class RowRules {
    private final Path file;
    private final int layers;
    private final int kvHeads;

    RowRules(Path file, TraceMetadata metadata) {
        this.file = file;
        this.layers = metadata.layers();
        this.kvHeads = metadata.kvHeads();
    }

    /**
     * Checks the numbers of one row, its row number counted from 0.
     *
     * @throws TraceException naming file, row, field, and both numbers
     */
    void checkFields(long row, int request, int step, int position, int layer, int group, int budgetWaves) {
        checkRange(row, TraceSchema.REQUEST, request, 0, Integer.MAX_VALUE);
        checkRange(row, TraceSchema.STEP, step, 0, Integer.MAX_VALUE);
        checkRange(row, TraceSchema.POSITION, position, 0, Integer.MAX_VALUE);
        checkRange(row, TraceSchema.LAYER, layer, 0, layers - 1);
        checkRange(row, TraceSchema.GROUP, group, TraceRow.ALL_HEADS, kvHeads - 1);
        checkRange(row, TraceSchema.BUDGET_WAVES, budgetWaves, 0, Short.MAX_VALUE);
    }

    /**
     * Checks that {@code count} indices, and as many scores if there are any, can be taken.
     *
     * @throws TraceException naming file, row, and both numbers
     */
    void checkCount(long row, int count, int[] indices, float @Nullable [] scores) {
        checkRange(row, "the number of indices", count, 0, indices.length);
        if (scores != null && scores.length < count) {
            throw error(row, "has " + scores.length + " scores for " + count + " indices");
        }
    }

    /**
     * Checks that the first {@code count} indices ascend, are distinct and lie in 0..position.
     *
     * @throws TraceException naming file, row, place, and both numbers
     */
    void checkIndices(long row, int position, int[] indices, int count) {
        int previous = -1;
        boolean ascending = true;
        for (int i = 0; i < count; i++) {
            int index = indices[i];
            ascending &= index > previous;
            previous = index;
        }
        if (!ascending || previous > position) {
            throw wrongIndex(row, position, indices, count);
        }
    }

    private TraceException wrongIndex(long row, int position, int[] indices, int count) {
        int previous = -1;
        for (int i = 0; i < count; i++) {
            if (indices[i] < 0 || indices[i] > position) {
                return error(
                        row,
                        "index " + indices[i] + " at place " + i + " lies outside 0.." + position + ", its position");
            }
            if (indices[i] <= previous) {
                return error(
                        row,
                        "index " + indices[i] + " at place " + i + " follows " + previous + "; indices must ascend");
            }
            previous = indices[i];
        }
        throw new IllegalStateException("row " + row + " of " + file + " changed while it was checked");
    }

    private void checkRange(long row, String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw error(row, field + " is " + value + ", outside " + min + ".." + max);
        }
    }

    /** An error in one row. */
    TraceException error(long row, String what) {
        return new TraceException(file + ": row " + row + ": " + what);
    }
}
