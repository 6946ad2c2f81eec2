package dev.tarn.engine;

import org.jspecify.annotations.Nullable;

/** A model, file or request the engine cannot serve; the message is one line with what is wrong, where, and what to do. */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error with nothing beneath it. */
    public EngineException(String message) {
        super(message);
    }

    /** An error caused by another. */
    public EngineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
