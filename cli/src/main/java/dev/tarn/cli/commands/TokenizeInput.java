package dev.tarn.cli.commands;

import dev.tarn.cli.failure.UsageException;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** What {@code tarn tokenize} reads where it is not plain text. */
final class TokenizeInput {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private TokenizeInput() {}

    /** The items of a batch. */
    static List<JsonNode> array(String input) {
        if (!(parse(input) instanceof ArrayNode array)) {
            throw new UsageException("standard input is no JSON array; --batch reads an array of inputs");
        }
        return List.copyOf(array.values());
    }

    /** One input; ids may also be written with white space or commas between. */
    static JsonNode json(String input, boolean ids) {
        String text = input.strip();
        return parse(ids && !text.startsWith("[") ? "[" + text.replaceAll("[\\s,]+", ",") + "]" : text);
    }

    /** A value as maps, lists, text and numbers. */
    static Object plain(JsonNode node) {
        return MAPPER.treeToValue(node, Object.class);
    }

    private static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException e) {
            var at = e.getLocation();
            String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new UsageException("standard input is no JSON" + where + ": " + e.getOriginalMessage());
        }
    }
}
