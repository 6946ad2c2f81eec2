package dev.tarn.sim.report;

/** A report that cannot be written; the message is one line with the file, what went wrong and what to do. */
public final class ReportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error with its cause. */
    public ReportException(String message, Throwable cause) {
        super(message, cause);
    }
}
