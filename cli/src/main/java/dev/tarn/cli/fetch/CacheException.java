package dev.tarn.cli.fetch;

/** The cache folder cannot be written, whatever the source; the message is one line with path, reason and what to do. */
public final class CacheException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CacheException(String message) {
        super(message);
    }

    CacheException(String message, Throwable cause) {
        super(message, cause);
    }
}
