package dev.tarn.trace;

import org.jspecify.annotations.Nullable;

/** A trace that cannot be written or read; the message is one line with the file, the place in it and what to do. */
public final class TraceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error with nothing beneath it. */
    public TraceException(String message) {
        super(message);
    }

    /** An error caused by another. */
    public TraceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
