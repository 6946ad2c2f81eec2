package dev.tarn.engine.tokenize;

import dev.tarn.engine.format.JsonFields;
import dev.tarn.engine.tokenize.PieceDetokenizer.Replacement;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the detokeniser that the {@code decoder} field of a tokenizer.json describes. Supported are decoders that
 * give each token its bytes wherever it stands, and take spaces only from the front of the whole text.
 */
final class DecoderReader {
    /** The detokeniser and how many leading spaces of the whole text are taken away. */
    record Decoder(Detokenizer detokenizer, int leadingSpaces) {}

    private final List<Replacement> replacements = new ArrayList<>();
    private boolean byteLevel;
    private boolean byteFallback;
    private boolean fused;
    private int leadingSpaces;

    private DecoderReader() {}

    static Decoder read(JsonFields fields) {
        var reader = new DecoderReader();
        reader.add(fields);
        Detokenizer detokenizer = reader.byteLevel
                ? Detokenizer.BYTE_LEVEL
                : new PieceDetokenizer(List.copyOf(reader.replacements), reader.byteFallback);
        return new Decoder(detokenizer, reader.leadingSpaces);
    }

    private void add(JsonFields fields) {
        var type = fields.string("type");
        switch (type) {
            case "ByteLevel" -> byteLevel = true;
            case "ByteFallback" -> byteFallback = true;
            case "Fuse" -> fused = true;
            case "Replace" -> replace(fields);
            case "Strip" -> strip(fields);
            case "Metaspace" -> metaspace(fields);
            case "Sequence" -> fields.objects("decoders").forEach(this::add);
            default -> throw fields.error("type", "is \"" + type + "\", which is not supported");
        }
        if (byteLevel && (byteFallback || leadingSpaces > 0 || !replacements.isEmpty())) {
            throw fields.error("type", "is \"" + type + "\", which is not supported beside ByteLevel");
        }
    }

    private void replace(JsonFields fields) {
        var from = fields.object("pattern").string("String");
        if (from.isEmpty()) {
            throw fields.error("pattern", "is empty");
        }
        replacements.add(new Replacement(from, fields.string("content")));
    }

    private void strip(JsonFields fields) {
        if (!fused || !fields.string("content").equals(" ") || fields.integer("stop", 0) != 0) {
            throw fields.error("type", "is \"Strip\", supported only after Fuse, of spaces, at the start");
        }
        leadingSpaces = Math.max(fields.integer("start", 0), 0);
    }

    private void metaspace(JsonFields fields) {
        var scheme = fields.string("prepend_scheme", fields.bool("add_prefix_space", true) ? "always" : "never");
        replacements.add(new Replacement(fields.string("replacement", Detokenizer.SPACE_MARK), " "));
        leadingSpaces = scheme.equals("never") ? 0 : 1;
    }
}
