package dev.tarn.trace.parquet;

import java.util.Arrays;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.ParquetDecodingException;
import org.jspecify.annotations.Nullable;

/**
 * One column that has a list in each row, within one row group. Definition levels (Dremel): below {@code empty} the list is null, at it
 * the list is empty, at {@code present} there is an element, between them the element is null. Repetition level 0 begins a row.
 */
final class ListColumn {
    private final ColumnReader reader;
    private final String name;
    private final int empty;
    private final int present;

    private long left;
    private boolean more;
    private int count;
    private int[] ints = new int[0];
    private float[] floats = new float[0];

    ListColumn(ColumnReader reader, long values, boolean nullable) {
        this.reader = reader;
        this.name = reader.getDescriptor().getPath()[0];
        this.empty = nullable ? 1 : 0;
        this.present = reader.getDescriptor().getMaxDefinitionLevel();
        this.left = values;
    }

    /** The next row's list, which may not be null. */
    int[] nextInts() {
        if (!begin()) {
            throw new ParquetDecodingException("column " + name + " is null");
        }
        while (more) {
            if (count == ints.length) {
                ints = Arrays.copyOf(ints, Math.max(256, 2 * count));
            }
            checkElement();
            ints[count++] = reader.getInteger();
            advance();
        }
        return Arrays.copyOf(ints, count);
    }

    /** The next row's list, or null. */
    float @Nullable [] nextFloats() {
        if (!begin()) {
            return null;
        }
        while (more) {
            if (count == floats.length) {
                floats = Arrays.copyOf(floats, Math.max(256, 2 * count));
            }
            checkElement();
            floats[count++] = reader.getFloat();
            advance();
        }
        return Arrays.copyOf(floats, count);
    }

    /** Whether rows remain unread; after a row group's last row none may. */
    boolean hasMore() {
        return left > 0;
    }

    /** Steps to the first element, if there is one; returns false if the list is null. */
    private boolean begin() {
        if (left == 0) {
            throw new ParquetDecodingException("column " + name + " ends before its row group");
        }
        count = 0;
        int level = reader.getCurrentDefinitionLevel();
        more = level > empty;
        if (!more) {
            advance();
        }
        return level >= empty;
    }

    private void checkElement() {
        if (reader.getCurrentDefinitionLevel() != present) {
            throw new ParquetDecodingException("column " + name + " holds null at place " + count);
        }
    }

    private void advance() {
        reader.consume();
        left--;
        more = left > 0 && reader.getCurrentRepetitionLevel() != 0;
    }
}
