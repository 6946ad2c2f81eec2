package dev.tarn.trace;

import java.util.Iterator;

/** Reads a trace in the order in which it was written. */
public interface TraceReader extends Iterator<TraceRow>, AutoCloseable {
    /** What the file says of the whole run. */
    TraceMetadata metadata();

    /** The number of rows in the file. */
    long rows();

    /**
     * The next row.
     *
     * @throws TraceException if the file is damaged here or the row breaks the rules of {@link TraceRow}; it names file and row, counted from 0
     */
    @Override
    TraceRow next();

    @Override
    void close();
}
