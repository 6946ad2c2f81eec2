package dev.tarn.trace.parquet;

import dev.tarn.trace.TraceException;
import dev.tarn.trace.TraceMetadata;
import dev.tarn.trace.TraceWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes a trace as Parquet, Zstandard pages with checksums. The caller's thread checks and copies rows into a batch; another encodes,
 * compresses and writes. Once anything failed, a row that breaks the rules included, the writer stays failed: every call throws and no
 * file is left.
 */
public final class ParquetTraceWriter implements TraceWriter {
    private enum State {
        OPEN,
        FAILED,
        DONE
    }

    private final Path file;
    private final boolean withScores;
    private final PartFile part;
    private final RowRules rules;
    private final BackgroundEncoder encoder;

    private State state = State.OPEN;
    private @Nullable RowBatch batch;
    private long rows;
    private String failure = "";

    private ParquetTraceWriter(PartFile part, Path file, TraceMetadata metadata, boolean withScores) {
        var keys = MetadataKeys.encode(metadata, file);
        this.file = file;
        this.withScores = withScores;
        this.part = part;
        this.rules = new RowRules(file, metadata);
        RowSink sink;
        try {
            sink = new RowSink(part, TraceSchema.columns(withScores), keys);
        } catch (IOException e) {
            var thrown = new TraceException(file + ": cannot create the trace: " + Reason.of(e), e);
            discard(thrown);
            throw thrown;
        }
        this.encoder = new BackgroundEncoder(sink, withScores, file.toString());
    }

    /**
     * Starts a trace that will stand under {@code file}.
     *
     * @throws TraceException if it cannot be created there or {@code metadata} cannot be stored
     */
    public static ParquetTraceWriter create(Path file, TraceMetadata metadata, boolean withScores) {
        checkTarget(file);
        return create(new PartFile(file), file, metadata, withScores);
    }

    static ParquetTraceWriter create(PartFile part, Path file, TraceMetadata metadata, boolean withScores) {
        return new ParquetTraceWriter(part, file, metadata, withScores);
    }

    private static void checkTarget(Path file) {
        if (file.getFileName() == null || Files.isDirectory(file)) {
            throw new TraceException(file + ": cannot create the trace: it is a folder; name a file in it");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new TraceException(file + ": cannot create the trace: it is not a regular file; name another");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new TraceException(
                    file + ": cannot create the trace: there is no folder " + folder + "; create it first");
        }
    }

    @Override
    public void write(
            int request,
            int step,
            int position,
            int layer,
            int group,
            int budgetWaves,
            float mass,
            int[] indices,
            int count,
            float @Nullable [] scores) {
        checkOpen();
        float[] kept = withScores ? scores : null;
        try {
            rules.checkFields(rows, request, step, position, layer, group, budgetWaves);
            rules.checkCount(rows, count, indices, kept);
            rules.checkIndices(rows, position, indices, count);
        } catch (TraceException e) {
            throw fail(String.valueOf(e.getMessage()), e);
        }
        RowBatch into = room(count);
        int row = into.rows();
        into.request[row] = request;
        into.step[row] = step;
        into.position[row] = position;
        into.layer[row] = layer;
        into.group[row] = group;
        into.budgetWaves[row] = budgetWaves;
        into.mass[row] = mass;
        into.addSelection(indices, count, kept);
        rows++;
    }

    /** The batch that takes the next row; hands a full one over. */
    private RowBatch room(int count) {
        RowBatch current = batch;
        if (current != null && current.fits(count)) {
            return current;
        }
        if (current != null) {
            batch = null;
            encoder.submit(current);
        }
        try {
            RowBatch next = encoder.take();
            batch = next;
            checkOpen();
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw fail(file + ": writing the trace was interrupted at row " + rows, e);
        }
    }

    private void checkOpen() {
        if (state == State.DONE) {
            throw new IllegalStateException(file + ": the trace is already closed");
        }
        if (state == State.FAILED) {
            throw new TraceException(failure);
        }
        Throwable cause = encoder.failure();
        if (cause != null) {
            throw fail(file + ": cannot write the trace: " + Reason.of(cause), cause);
        }
    }

    @Override
    public void close() {
        if (state == State.DONE) {
            return;
        }
        checkOpen();
        try {
            if (batch != null) {
                encoder.submit(batch);
            }
            encoder.finish();
            checkOpen();
            part.publish();
            state = State.DONE;
        } catch (IOException e) {
            throw fail(file + ": cannot give the trace its name: " + Reason.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw fail(file + ": closing the trace was interrupted", e);
        }
    }

    @Override
    public void abort() {
        if (state == State.OPEN) {
            state = State.DONE;
            encoder.stop();
            try {
                part.discard();
            } catch (IOException e) {
                throw new TraceException(file + ": cannot remove the unfinished trace: " + Reason.of(e), e);
            }
        }
        state = State.DONE;
    }

    private TraceException fail(String message, Throwable cause) {
        state = State.FAILED;
        failure = message;
        encoder.stop();
        var thrown = new TraceException(message, cause);
        discard(thrown);
        return thrown;
    }

    /** Removes what was written; where even that fails, {@code because} carries why. */
    private void discard(TraceException because) {
        try {
            part.discard();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }
}
