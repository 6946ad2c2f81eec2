package dev.tarn.engine.tokenize;

import dev.tarn.engine.format.JsonFields;
import java.util.regex.Pattern;

/** Reads the {@code pattern} field of tokenizer.json's components: {@code {"String": …}} or {@code {"Regex": …}}. */
final class PatternReader {
    private PatternReader() {}

    static Pattern read(JsonFields component) {
        var pattern = component.object("pattern");
        if (pattern.has("String")) {
            return Pattern.compile(pattern.string("String"), Pattern.LITERAL);
        }
        return RegexSplit.compile(pattern.string("Regex"), pattern.path() + ": field pattern.Regex");
    }
}
