package dev.tarn.trace;

import org.jspecify.annotations.Nullable;

/**
 * Takes selections as they are made. Rows come ordered by (request, step, layer, group). One thread calls.
 *
 * <p>{@link #close} publishes whatever was written; a caller whose own work failed calls {@link #abort} first, so that no partial trace
 * stands under the final name. Once a row was refused or the background failed, the writer stays failed: each further write and close
 * throws, and nothing is left of the file.
 */
public interface TraceWriter extends AutoCloseable {
    /**
     * Records one row. The arrays are copied before this returns, so the caller may reuse them. May wait while the
     * background thread is behind. A failure of the background thread (a full disk) is thrown here or by {@link #close}.
     *
     * @param indices holds the positions in its first {@code count} places, ascending
     * @param scores the scores beside them, or null
     * @throws TraceException if the row breaks the rules of {@link TraceRow}, or the background thread failed
     * @throws IllegalStateException if the trace is closed
     */
    void write(
            int request,
            int step,
            int position,
            int layer,
            int group,
            int budgetWaves,
            float mass,
            int[] indices,
            int count,
            float @Nullable [] scores);

    /**
     * Writes what is pending and gives the file its final name. Until then nothing stands under that name.
     *
     * @throws TraceException if not all could be written; nothing then stands under the final name
     */
    @Override
    void close();

    /** Gives up: stops the background thread and removes what was written so far. {@link #close} then does nothing. */
    void abort();
}
