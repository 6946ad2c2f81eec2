package dev.tarn.trace.parquet;

import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.schema.MessageType;

/**
 * Encodes batches into a Parquet file; used by one thread. Integers are stored as differences (DELTA_BINARY_PACKED), which suits ascending
 * indices; no column has a dictionary, whose decoder would not notice a page that ends early.
 */
final class RowSink {
    /** What one row group may hold in memory, encoded; its columns are read whole, so this bounds a reader's memory too. */
    private static final long ROW_GROUP_BYTES = 32L << 20;

    private final RowWriteSupport rows;
    private final ParquetWriter<RowBatch> parquet;

    /** Opens {@code file} and writes its head. */
    RowSink(OutputFile file, MessageType schema, Map<String, String> keys) throws IOException {
        rows = new RowWriteSupport(schema, keys);
        parquet = new Builder(file, rows)
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withWriterVersion(WriterVersion.PARQUET_2_0)
                .withDictionaryEncoding(false)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .withPageWriteChecksumEnabled(true)
                .build();
    }

    void write(RowBatch batch) throws IOException {
        for (int row = 0; row < batch.rows(); row++) {
            rows.at(row);
            parquet.write(batch);
        }
    }

    /** Writes the last row group and the footer, and closes the file. */
    void close() throws IOException {
        parquet.close();
    }

    private static final class Builder extends ParquetWriter.Builder<RowBatch, Builder> {
        private final RowWriteSupport rows;

        private Builder(OutputFile file, RowWriteSupport rows) {
            super(file);
            this.rows = rows;
        }

        @Override
        protected Builder self() {
            return this;
        }

        // Abstract in the library: it must be there, deprecated or not.
        @Override
        @SuppressWarnings("deprecation")
        protected WriteSupport<RowBatch> getWriteSupport(Configuration configuration) {
            return rows;
        }
    }
}
