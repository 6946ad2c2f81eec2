package dev.tarn.trace;

import dev.tarn.trace.parquet.ParquetTraceReader;
import dev.tarn.trace.parquet.ParquetTraceWriter;
import java.nio.file.Path;

/** Where traces are made and opened; the one place that knows which format they have. */
public final class Traces {
    private Traces() {}

    /**
     * Starts a trace. Nothing stands under {@code file} before the writer is closed; a file already there is then replaced.
     *
     * @param withScores whether the scores given with each row are recorded; if not, they are left out
     * @throws TraceException if {@code file} cannot be created there or {@code metadata} cannot be stored
     */
    public static TraceWriter create(Path file, TraceMetadata metadata, boolean withScores) {
        return ParquetTraceWriter.create(file, metadata, withScores);
    }

    /**
     * Opens a trace: reads its metadata and checks its columns, but no row yet.
     *
     * @throws TraceException if there is no such file, or it is not a whole trace
     */
    public static TraceReader open(Path file) {
        return ParquetTraceReader.open(file);
    }
}
