package dev.tarn.cli.failure;

/** The command was used wrongly: the message says in one line which option or argument, and what it takes. Exit code 2. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error that more reading of {@code tarn help COMMAND} would have avoided. */
    public UsageException(String message) {
        super(message);
    }
}
