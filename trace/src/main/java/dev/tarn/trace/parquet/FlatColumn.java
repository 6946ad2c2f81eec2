package dev.tarn.trace.parquet;

import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.ParquetDecodingException;

/** One column that has one value in each row, within one row group. */
final class FlatColumn {
    private final ColumnReader reader;
    private final String name;
    private final int present;

    FlatColumn(ColumnReader reader, long values, long rows) {
        this.reader = reader;
        this.name = reader.getDescriptor().getPath()[0];
        this.present = reader.getDescriptor().getMaxDefinitionLevel();
        if (values != rows) {
            throw new ParquetDecodingException(
                    "column " + name + " has " + values + " values in a row group of " + rows + " rows");
        }
    }

    /** The next row's integer, which may not be null. */
    int nextInt() {
        if (reader.getCurrentDefinitionLevel() != present) {
            throw new ParquetDecodingException("column " + name + " is null");
        }
        int value = reader.getInteger();
        reader.consume();
        return value;
    }

    /** The next row's float, NaN where it is null. */
    float nextFloat() {
        float value = reader.getCurrentDefinitionLevel() == present ? reader.getFloat() : Float.NaN;
        reader.consume();
        return value;
    }
}
