package dev.tarn.bench.compare;

/** A comparison that cannot be made; the message is one line for the user. */
public final class ComparisonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ComparisonException(String message) {
        super(message);
    }
}
