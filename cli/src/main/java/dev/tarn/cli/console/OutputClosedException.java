package dev.tarn.cli.console;

/** The reader of standard output has gone, as {@code head} does once it has its lines: there is no one left to serve. */
public final class OutputClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputClosedException(Throwable cause) {
        super("standard output was closed by its reader", cause);
    }
}
