package dev.tarn.engine.tokenize;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.format.JsonFields;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tokenizer.json, read as a stream: the vocabulary and the merges, which may be hundreds of thousands, go straight
 * into lists; everything else is kept as fields.
 */
final class TokenizerJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path path;
    private final long size;
    private final ObjectNode root = MAPPER.createObjectNode();
    private final ObjectNode model = MAPPER.createObjectNode();
    private final List<String> tokens = new ArrayList<>();
    private final IdBuffer ids = new IdBuffer();
    private final List<String> merges = new ArrayList<>();

    private TokenizerJson(Path path, long size) {
        this.path = path;
        this.size = size;
    }

    /** Reads a file; errors name it and the line. */
    static TokenizerJson read(Path path) {
        try (var in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
                var parser = MAPPER.createParser(in)) {
            var json = new TokenizerJson(path, Files.size(path));
            json.readRoot(parser);
            return json;
        } catch (NoSuchFileException missing) {
            throw new EngineException(path + ": no such file", missing);
        } catch (IOException failure) {
            throw new EngineException(path + ": cannot be read: " + failure.getMessage(), failure);
        } catch (JacksonException malformed) {
            throw JsonFields.malformed(path, malformed);
        }
    }

    /** The file. */
    Path path() {
        return path;
    }

    /** All fields but the model's. */
    JsonFields fields() {
        return JsonFields.of(path, "", root);
    }

    /** The model's fields but its vocabulary and merges. */
    JsonFields model() {
        return JsonFields.of(path, "model", model);
    }

    /** Tokens of the vocabulary. */
    List<String> tokens() {
        return tokens;
    }

    /** Their ids in the same order, each below the file's size in bytes. */
    int[] ids() {
        return ids.toArray();
    }

    /** Left and right parts of the merges in turn. */
    List<String> merges() {
        return merges;
    }

    private void readRoot(JsonParser parser) {
        expect(parser, parser.nextToken(), JsonToken.START_OBJECT, "a JSON object");
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var name = parser.currentName();
            var token = parser.nextToken();
            if (name.equals("model") && token == JsonToken.START_OBJECT) {
                readModel(parser);
            } else {
                root.set(name, parser.<JsonNode>readValueAsTree());
            }
        }
        if (parser.nextToken() != null) {
            throw error(parser, "there is text after the document");
        }
    }

    private void readModel(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var name = parser.currentName();
            var token = parser.nextToken();
            if (name.equals("vocab") && token == JsonToken.START_OBJECT) {
                readVocabulary(parser);
            } else if (name.equals("merges") && token == JsonToken.START_ARRAY) {
                readMerges(parser);
            } else {
                model.set(name, parser.<JsonNode>readValueAsTree());
            }
        }
    }

    private void readVocabulary(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            tokens.add(parser.currentName());
            expect(parser, parser.nextToken(), JsonToken.VALUE_NUMBER_INT, "an id");
            long id = parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? -1 : parser.getLongValue();
            ids.add(requireId(parser, id));
        }
    }

    /** An id is at most the file's size, so that a table of all ids is no larger than the file allows. */
    private int requireId(JsonParser parser, long id) {
        if (id < 0 || id >= Math.min(size, Integer.MAX_VALUE)) {
            throw error(parser, "token id " + parser.getString() + " is not between 0 and the file's size of " + size);
        }
        return (int) id;
    }

    private void readMerges(JsonParser parser) {
        for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == JsonToken.START_ARRAY) {
                readMergePair(parser);
            } else {
                expect(parser, token, JsonToken.VALUE_STRING, "a merge");
                var merge = parser.getString();
                int space = merge.indexOf(' ');
                if (space < 1 || space == merge.length() - 1 || merge.indexOf(' ', space + 1) >= 0) {
                    throw error(parser, "merge \"" + merge + "\" is not two tokens with a space between");
                }
                merges.add(merge.substring(0, space));
                merges.add(merge.substring(space + 1));
            }
        }
    }

    private void readMergePair(JsonParser parser) {
        for (int i = 0; i < 2; i++) {
            expect(parser, parser.nextToken(), JsonToken.VALUE_STRING, "a part of a merge");
            merges.add(parser.getString());
        }
        expect(parser, parser.nextToken(), JsonToken.END_ARRAY, "the end of a merge of two parts");
    }

    private void expect(JsonParser parser, JsonToken found, JsonToken expected, String what) {
        if (found != expected) {
            throw error(parser, "expected " + what);
        }
    }

    private EngineException error(JsonParser parser, String what) {
        var at = parser.currentTokenLocation();
        return new EngineException(path + ": at line " + at.getLineNr() + ", column " + at.getColumnNr() + ": " + what);
    }
}
