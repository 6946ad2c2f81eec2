package dev.tarn.engine.chat.jinja;

/**
 * What went wrong while a template was read or rendered; {@link Template} puts the template's name and the line before it.
 * Carries no stack trace: it describes the template, not this program.
 */
final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The line of the template, from 1; 0 where only the renderer knows it. */
    private final int line;

    TemplateException(String message) {
        this(0, message);
    }

    TemplateException(int line, String message) {
        super(message, null, false, false);
        this.line = line;
    }

    int line() {
        return line;
    }
}
