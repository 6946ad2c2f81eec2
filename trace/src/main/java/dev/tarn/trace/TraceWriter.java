package dev.tarn.trace;

import org.jspecify.annotations.Nullable;

/**
 * Takes selections as they are made. Rows come ordered by (request, step, layer, group). One thread calls.
 */
public interface TraceWriter extends AutoCloseable {
    /**
     * Records one row. The arrays are copied before this returns, so the caller may reuse them. May wait while the
     * background thread is behind. A failure of the background thread (a full disk) is thrown here or by {@link #close}.
     *
     * @param indices holds the positions in its first {@code count} places, ascending
     * @param scores the scores beside them, or null
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

    /** Writes what is pending and gives the file its final name. Until then nothing stands under that name. */
    @Override
    void close();

    /** Gives up: stops the background thread and removes what was written so far. {@link #close} then does nothing. */
    void abort();
}
