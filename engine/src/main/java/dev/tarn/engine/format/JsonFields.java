package dev.tarn.engine.format;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fields of one JSON object, read with their types. Getters come in two forms: without a default the field is
 * required; with one, the default stands for an absent or null field. A value of another type is always an error
 * naming file and field, nested fields as {@code rope_scaling.factor}.
 */
public final class JsonFields {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path path;
    private final String prefix;
    private final JsonNode node;

    private JsonFields(Path path, String prefix, JsonNode node) {
        this.path = path;
        this.prefix = prefix;
        this.node = node;
    }

    /**
     * Reads a file that holds one JSON object.
     *
     * @throws EngineException naming the file and the place if it cannot be read or is not one JSON object
     */
    public static JsonFields read(Path path) {
        try {
            return parse(path, Files.readAllBytes(path));
        } catch (NoSuchFileException missing) {
            throw new EngineException(path + ": no such file", missing);
        } catch (IOException failure) {
            throw new EngineException(path + ": cannot be read: " + failure.getMessage(), failure);
        } catch (OutOfMemoryError tooLarge) {
            throw new EngineException(path + ": is too large for a JSON file", tooLarge);
        }
    }

    /** Parses bytes that come from {@code path}. */
    public static JsonFields parse(Path path, byte[] json) {
        try {
            return of(path, "", MAPPER.readTree(json));
        } catch (JacksonException malformed) {
            throw malformed(path, malformed);
        }
    }

    /**
     * The fields of an object that was parsed elsewhere.
     *
     * @param field where the object stands in the file, empty for the whole file
     * @throws EngineException if the node is not an object
     */
    public static JsonFields of(Path path, String field, JsonNode node) {
        if (!node.isObject()) {
            throw new EngineException(
                    path + ": " + (field.isEmpty() ? "the document" : "field " + field) + " is not a JSON object");
        }
        return new JsonFields(path, field.isEmpty() ? "" : field + ".", node);
    }

    /** What a JSON parser complains of, as one line with line and column. */
    public static EngineException malformed(Path path, JacksonException cause) {
        var location = cause.getLocation();
        var where = location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
        return new EngineException(path + ": not valid JSON" + where + ": " + cause.getOriginalMessage(), cause);
    }

    /** The file the fields come from. */
    public Path path() {
        return path;
    }

    /** All field names in the file's order. */
    public Collection<String> names() {
        return node.propertyNames();
    }

    /** All fields that are numbers, texts or truth values, in the file's order. */
    public Map<String, Object> scalars() {
        Map<String, Object> scalars = new LinkedHashMap<>();
        node.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (value.isNumber()) {
                scalars.put(field.getKey(), value.numberValue());
            } else if (value.isString()) {
                scalars.put(field.getKey(), value.stringValue());
            } else if (value.isBoolean()) {
                scalars.put(field.getKey(), value.booleanValue());
            }
        });
        return scalars;
    }

    /** Whether the field is present and not null. */
    public boolean has(String field) {
        return find(field) != null;
    }

    /** Whether the field is a JSON object. */
    public boolean isObject(String field) {
        var value = find(field);
        return value != null && value.isObject();
    }

    /** Whether the field is a JSON array. */
    public boolean isArray(String field) {
        var value = find(field);
        return value != null && value.isArray();
    }

    /** Whether the field is a string. */
    public boolean isString(String field) {
        var value = find(field);
        return value != null && value.isString();
    }

    /** A required string. */
    public String string(String field) {
        return toText(field, required(field));
    }

    /** A string or its default. */
    public String string(String field, String otherwise) {
        var value = find(field);
        return value == null ? otherwise : toText(field, value);
    }

    /** A required integer that fits 32 bits. */
    public int integer(String field) {
        return toInt(field, required(field));
    }

    /** A 32-bit integer or its default. */
    public int integer(String field, int otherwise) {
        var value = find(field);
        return value == null ? otherwise : toInt(field, value);
    }

    /** A required finite number. */
    public double floating(String field) {
        return toDouble(field, required(field));
    }

    /** A finite number or its default. */
    public double floating(String field, double otherwise) {
        var value = find(field);
        return value == null ? otherwise : toDouble(field, value);
    }

    /** A required truth value. */
    public boolean bool(String field) {
        return toBool(field, required(field));
    }

    /** A truth value or its default. */
    public boolean bool(String field, boolean otherwise) {
        var value = find(field);
        return value == null ? otherwise : toBool(field, value);
    }

    /** A required object. */
    public JsonFields object(String field) {
        var value = required(field);
        if (!value.isObject()) {
            throw wrongType(field, "an object", value);
        }
        return of(path, prefix + field, value);
    }

    /** An object, or null if the field is absent or null. */
    public @Nullable JsonFields findObject(String field) {
        return has(field) ? object(field) : null;
    }

    /** An array of objects; empty if the field is absent or null. */
    public List<JsonFields> objects(String field) {
        var objects = new ArrayList<JsonFields>();
        for (var element : elements(field)) {
            objects.add(of(path, prefix + field + "[" + objects.size() + "]", element));
        }
        return objects;
    }

    /** An array of strings; empty if the field is absent or null. A lone string counts as an array of one. */
    public List<String> strings(String field) {
        return elements(field).stream().map(element -> toText(field, element)).toList();
    }

    /** An array of 32-bit integers; empty if the field is absent or null. A lone number counts as an array of one. */
    public int[] integers(String field) {
        return elements(field).stream()
                .mapToInt(element -> toInt(field, element))
                .toArray();
    }

    /** An array of integers; empty if the field is absent or null. A lone number counts as an array of one. */
    public long[] longs(String field) {
        return elements(field).stream()
                .mapToLong(element -> toLong(field, element))
                .toArray();
    }

    /** An array of finite numbers; empty if the field is absent or null. A lone number counts as an array of one. */
    public double[] floats(String field) {
        return elements(field).stream()
                .mapToDouble(element -> toDouble(field, element))
                .toArray();
    }

    /** An error about one field of this file. */
    public EngineException error(String field, String what) {
        return new EngineException(path + ": field " + prefix + field + " " + what);
    }

    private List<JsonNode> elements(String field) {
        var value = find(field);
        if (value == null) {
            return List.of();
        }
        return value.isArray() ? List.copyOf(value.values()) : List.of(value);
    }

    private @Nullable JsonNode find(String field) {
        var value = node.get(field);
        return value == null || value.isNull() ? null : value;
    }

    private JsonNode required(String field) {
        var value = find(field);
        if (value == null) {
            throw error(field, "is missing");
        }
        return value;
    }

    private String toText(String field, JsonNode value) {
        if (!value.isString()) {
            throw wrongType(field, "a string", value);
        }
        return value.stringValue();
    }

    private int toInt(String field, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrongType(field, "an integer that fits 32 bits", value);
        }
        return value.intValue();
    }

    private long toLong(String field, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrongType(field, "an integer that fits 64 bits", value);
        }
        return value.longValue();
    }

    private double toDouble(String field, JsonNode value) {
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!Double.isFinite(number)) {
            throw wrongType(field, "a finite number", value);
        }
        return number;
    }

    private boolean toBool(String field, JsonNode value) {
        if (!value.isBoolean()) {
            throw wrongType(field, "true or false", value);
        }
        return value.booleanValue();
    }

    private EngineException wrongType(String field, String expected, JsonNode value) {
        var text = value.isContainer()
                ? (value.isArray() ? "an array of " : "an object of ") + value.size()
                : value.toString();
        return error(field, "is " + text.substring(0, Math.min(60, text.length())) + ", expected " + expected);
    }
}
