package dev.tarn.engine.tokenize;

import dev.tarn.engine.EngineException;
import java.util.regex.Pattern;

/**
 * A text that lets a pattern look at it only so often: patterns come from model files, and one that backtracks
 * without end must be an error, not a hang.
 */
final class BoundedText implements CharSequence {
    private static final long LOOKS_PER_CHARACTER = 2_000;
    private static final long LOOKS_AT_LEAST = 1_000_000;

    private final String text;
    private final Pattern pattern;
    private long looks;

    BoundedText(String text, Pattern pattern) {
        this.text = text;
        this.pattern = pattern;
        this.looks = LOOKS_AT_LEAST + LOOKS_PER_CHARACTER * text.length();
    }

    @Override
    public char charAt(int index) {
        if (--looks < 0) {
            throw new EngineException("pre-tokenizer pattern " + pattern + " takes too long on a text of "
                    + text.length() + " characters; the tokenizer file is damaged");
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
