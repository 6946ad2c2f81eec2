package dev.tarn.cli.fetch;

/** A model cannot be had from a source; the message is one line that says why and what to do. */
public final class FetchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FetchException(String message) {
        super(message);
    }

    FetchException(String message, Throwable cause) {
        super(message, cause);
    }
}
