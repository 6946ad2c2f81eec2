package dev.tarn.trace.parquet;

import dev.tarn.trace.TraceException;
import dev.tarn.trace.TraceMetadata;
import dev.tarn.trace.TraceReader;
import dev.tarn.trace.TraceRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Reads a trace row by row, one row group in memory at a time; page checksums and every row's numbers are checked on the way.
 * Parquet has checksums for the contents of pages, none for page headers and footer: damage there is found where it contradicts itself.
 */
public final class ParquetTraceReader implements TraceReader {
    private final Path file;
    private final ParquetFileReader parquet;
    private final TraceMetadata metadata;
    private final MessageType schema;
    private final RowRules rules;
    private final long rows;

    private @Nullable RowGroup group;
    private long row;

    private ParquetTraceReader(Path file, ParquetFileReader parquet) throws IOException {
        this.file = file;
        this.parquet = parquet;
        var footer = parquet.getFileMetaData();
        schema = TraceSchema.select(footer.getSchema(), file);
        metadata = MetadataKeys.decode(footer.getKeyValueMetaData(), file);
        FileShape.checkGroups(parquet.getRowGroups(), Files.size(file), file);
        parquet.setRequestedSchema(schema);
        rules = new RowRules(file, metadata);
        rows = parquet.getRecordCount();
    }

    /**
     * Opens a trace.
     *
     * @throws TraceException if there is no such file, it is no whole Parquet file, or it has not a trace's columns and metadata
     */
    public static ParquetTraceReader open(Path file) {
        FileShape.checkEnds(file);
        var options =
                ParquetReadOptions.builder().withPageChecksumVerification(true).build();
        ParquetFileReader parquet = null;
        try {
            parquet = ParquetFileReader.open(new LocalInputFile(file), options);
            return new ParquetTraceReader(file, parquet);
        } catch (TraceException e) {
            throw closing(parquet, e);
        } catch (IOException | RuntimeException e) {
            // Parquet's parsers throw any RuntimeException on damaged bytes.
            throw closing(parquet, new TraceException(file + ": damaged footer: " + Reason.of(e), e));
        }
    }

    private static TraceException closing(@Nullable ParquetFileReader parquet, TraceException because) {
        try {
            if (parquet != null) {
                parquet.close();
            }
        } catch (IOException e) {
            because.addSuppressed(e);
        }
        return because;
    }

    @Override
    public TraceMetadata metadata() {
        return metadata;
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public boolean hasNext() {
        return row < rows;
    }

    @Override
    public TraceRow next() {
        if (!hasNext()) {
            throw new NoSuchElementException(file + ": has only " + rows + " rows");
        }
        TraceRow next = decode();
        rules.checkFields(
                row, next.request(), next.step(), next.position(), next.layer(), next.group(), next.budgetWaves());
        int count = next.indices().length;
        if (next.scores() != null && next.scores().length != count) {
            throw rules.error(row, "has " + next.scores().length + " scores for " + count + " indices");
        }
        rules.checkIndices(row, next.position(), next.indices(), count);
        row++;
        return next;
    }

    private TraceRow decode() {
        try {
            RowGroup current = group;
            while (current == null || !current.hasNext()) {
                current = nextGroup();
                group = current;
            }
            return current.next();
        } catch (IOException | RuntimeException e) {
            // Parquet's decoders throw any RuntimeException on damaged bytes.
            throw new TraceException(file + ": row " + row + ": damaged: " + Reason.of(e), e);
        }
    }

    private RowGroup nextGroup() throws IOException {
        PageReadStore pages = parquet.readNextRowGroup();
        if (pages == null) {
            throw new IOException("the file's row groups end before its " + rows + " rows");
        }
        return new RowGroup(pages, schema, parquet.getFileMetaData().getCreatedBy());
    }

    @Override
    public void close() {
        try {
            parquet.close();
        } catch (IOException e) {
            throw new TraceException(file + ": cannot close the trace: " + Reason.of(e), e);
        }
    }
}
