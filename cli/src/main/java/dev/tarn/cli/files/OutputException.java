package dev.tarn.cli.files;

/** A file or folder that cannot be written; the message is one line with its path, the reason and what to do. */
public final class OutputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputException(String message) {
        super(message);
    }

    OutputException(String message, Throwable cause) {
        super(message, cause);
    }
}
