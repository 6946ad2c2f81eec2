package dev.tarn.engine.tokenize;

import dev.tarn.engine.format.JsonFields;
import java.text.Normalizer.Form;
import java.util.Locale;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** Builds the normaliser that the {@code normalizer} field of a tokenizer.json describes. */
final class NormalizerReader {
    private NormalizerReader() {}

    static Normalizer read(@Nullable JsonFields fields) {
        if (fields == null) {
            return Normalizer.NONE;
        }
        return switch (fields.string("type")) {
            case "NFC" -> unicode(Form.NFC);
            case "NFD" -> unicode(Form.NFD);
            case "NFKC" -> unicode(Form.NFKC);
            case "NFKD" -> unicode(Form.NFKD);
            case "Lowercase" -> text -> text.toLowerCase(Locale.ROOT);
            case "Replace" -> replace(fields);
            case "Prepend" -> prepend(fields.string("prepend"));
            case "Strip" -> strip(fields.bool("strip_left", true), fields.bool("strip_right", true));
            case "Sequence" ->
                Normalizer.sequence(fields.objects("normalizers").stream()
                        .map(NormalizerReader::read)
                        .toList());
            default -> throw fields.error("type", "is \"" + fields.string("type") + "\", which is not supported");
        };
    }

    private static Normalizer unicode(Form form) {
        return text -> java.text.Normalizer.normalize(text, form);
    }

    private static Normalizer replace(JsonFields fields) {
        var pattern = PatternReader.read(fields);
        var content = Matcher.quoteReplacement(fields.string("content"));
        return text -> pattern.matcher(text).replaceAll(content);
    }

    private static Normalizer prepend(String prefix) {
        return text -> text.isEmpty() ? text : prefix + text;
    }

    private static Normalizer strip(boolean left, boolean right) {
        return text -> {
            var stripped = left ? text.stripLeading() : text;
            return right ? stripped.stripTrailing() : stripped;
        };
    }
}
