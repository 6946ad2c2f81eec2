package dev.tarn.engine;

/**
 * The engine refuses an input or cannot go on. The message is one line that a user can act on: what is wrong, where
 * (file, byte offset, tensor, field) and what to do. Text that comes from files is made harmless: control characters
 * are written as {@code \\u} escapes, so the message stays on one line.
 */
public final class EngineException extends RuntimeException {
    private static final int MAX_LENGTH = 1000;

    /** An error whose message becomes one line. */
    public EngineException(String message) {
        super(oneLine(message));
    }

    /** An error whose message becomes one line, with the lower-level error that led to it. */
    public EngineException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    private static String oneLine(String message) {
        var line = new StringBuilder(Math.min(message.length(), MAX_LENGTH) + 16);
        for (int i = 0; i < message.length() && line.length() < MAX_LENGTH; i++) {
            appendPrintable(line, message.charAt(i));
        }
        return line.toString();
    }

    private static void appendPrintable(StringBuilder line, char c) {
        boolean breaksLine = Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
        if (breaksLine || Character.isSurrogate(c) || Character.getType(c) == Character.FORMAT) {
            line.append("\\u").append(String.format("%04x", (int) c));
        } else {
            line.append(c);
        }
    }
}
