package dev.tarn.engine.format;

import dev.tarn.engine.EngineException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The key-value part of a GGUF file. Getters come in two forms: without a default the key is required; with one, the
 * default stands for an absent key. A value of another type is always an error naming file and key. Integers of any
 * width are read as {@code int} or {@code long} if they fit; floats are read from either width.
 */
public final class GgufMetadata {
    private final Path path;
    private final Map<String, Object> values;

    GgufMetadata(Path path, Map<String, Object> values) {
        this.path = path;
        this.values = Collections.unmodifiableMap(values);
    }

    /** The file the values come from. */
    public Path path() {
        return path;
    }

    /** All keys in the file's order. */
    public Set<String> keys() {
        return values.keySet();
    }

    /** Whether the key is present. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** A required string. */
    public String string(String key) {
        return as(String.class, "a string", key, required(key));
    }

    /** A string or its default. */
    public String string(String key, String otherwise) {
        var value = values.get(key);
        return value == null ? otherwise : as(String.class, "a string", key, value);
    }

    /** A required integer that fits 32 bits. */
    public int integer(String key) {
        return toInt(key, required(key));
    }

    /** A 32-bit integer or its default. */
    public int integer(String key, int otherwise) {
        var value = values.get(key);
        return value == null ? otherwise : toInt(key, value);
    }

    /** A required integer. */
    public long longInteger(String key) {
        return as(Long.class, "an integer", key, required(key));
    }

    /** An integer or its default. */
    public long longInteger(String key, long otherwise) {
        var value = values.get(key);
        return value == null ? otherwise : as(Long.class, "an integer", key, value);
    }

    /** A required number. */
    public float floating(String key) {
        return toFloat(key, required(key));
    }

    /** A number or its default. */
    public float floating(String key, float otherwise) {
        var value = values.get(key);
        return value == null ? otherwise : toFloat(key, value);
    }

    /** A required truth value. */
    public boolean bool(String key) {
        return as(Boolean.class, "a truth value", key, required(key));
    }

    /** A truth value or its default. */
    public boolean bool(String key, boolean otherwise) {
        var value = values.get(key);
        return value == null ? otherwise : as(Boolean.class, "a truth value", key, value);
    }

    /** A required array of strings. */
    public List<String> strings(String key) {
        return List.of(as(String[].class, "an array of strings", key, required(key)));
    }

    /** An array of strings or its default. */
    public List<String> strings(String key, List<String> otherwise) {
        return has(key) ? strings(key) : otherwise;
    }

    /** A required array of integers that fit 32 bits. */
    public int[] ints(String key) {
        return as(int[].class, "an array of 32-bit integers", key, required(key))
                .clone();
    }

    /** An array of integers or its default. */
    public int[] ints(String key, int[] otherwise) {
        return has(key) ? ints(key) : otherwise;
    }

    /** A required array of floats. */
    public float[] floats(String key) {
        return as(float[].class, "an array of floats", key, required(key)).clone();
    }

    /** An array of floats or its default. */
    public float[] floats(String key, float[] otherwise) {
        return has(key) ? floats(key) : otherwise;
    }

    /** A required array of truth values. */
    public boolean[] bools(String key) {
        return as(boolean[].class, "an array of truth values", key, required(key))
                .clone();
    }

    /** Whether the value of this key is an array (some keys hold one value, or one per layer). */
    public boolean isArray(String key) {
        var value = values.get(key);
        return value != null && value.getClass().isArray();
    }

    /** An error about one key of this file. */
    public EngineException error(String key, String what) {
        return new EngineException(path + ": metadata " + key + " " + what);
    }

    private Object required(String key) {
        var value = values.get(key);
        if (value == null) {
            throw error(key, "is missing");
        }
        return value;
    }

    private int toInt(String key, Object value) {
        long number = as(Long.class, "an integer", key, value);
        if (number != (int) number) {
            throw error(key, "is " + number + ", expected a number that fits 32 bits");
        }
        return (int) number;
    }

    private float toFloat(String key, Object value) {
        return switch (value) {
            case Double number -> number.floatValue();
            case Long number -> number.floatValue();
            default -> throw wrongType(key, "a number", value);
        };
    }

    private <T> T as(Class<T> type, String expected, String key, Object value) {
        if (!type.isInstance(value)) {
            throw wrongType(key, expected, value);
        }
        return type.cast(value);
    }

    private EngineException wrongType(String key, String expected, Object value) {
        return error(key, "is " + describe(value) + ", expected " + expected);
    }

    private static String describe(@Nullable Object value) {
        return switch (value) {
            case String text -> "the string \"" + text.substring(0, Math.min(40, text.length())) + "\"";
            case String[] array -> "an array of " + array.length + " strings";
            case int[] array -> "an array of " + array.length + " integers";
            case long[] array -> "an array of " + array.length + " 64-bit integers";
            case float[] array -> "an array of " + array.length + " floats";
            case boolean[] array -> "an array of " + array.length + " truth values";
            case null -> "nothing";
            default -> value.toString();
        };
    }

    @Override
    public String toString() {
        return path + " " + Arrays.toString(values.keySet().toArray());
    }
}
