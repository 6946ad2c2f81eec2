package dev.tarn.study;

/** A study that cannot be made from what was given; the message is one line that says what is wrong, where and what to do. */
public final class StudyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error with nothing beneath it. */
    public StudyException(String message) {
        super(message);
    }

    /** An error caused by another. */
    public StudyException(String message, Throwable cause) {
        super(message, cause);
    }
}
