package dev.tarn.engine.format;

import java.util.Arrays;

/**
 * Reads one metadata value of a GGUF file ("gguf_metadata_value_t" in ggml's docs/gguf.md). Integers become
 * {@link Long}, floats {@link Double}; arrays become {@code String[]}, {@code int[]} ({@code long[]} if an element
 * needs it), {@code float[]} or {@code boolean[]}.
 */
final class GgufValueReader {
    private static final int INT32 = 5;
    private static final int STRING = 8;
    private static final int ARRAY = 9;
    private static final int BOOL = 7;
    private static final int FLOAT32 = 6;
    private static final int FLOAT64 = 12;
    private static final int MAX_ELEMENTS = 1 << 24;

    /** Bytes of each value type by number; strings are at least their length, arrays are not elements. */
    private static final int[] LEAST_BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 8, 0, 8, 8, 8};

    private final MappedFile file;
    private final ByteCursor cursor;

    GgufValueReader(MappedFile file, ByteCursor cursor) {
        this.file = file;
        this.cursor = cursor;
    }

    Object read(String key) {
        int type = readType(key);
        return switch (type) {
            case STRING -> cursor.readString("value of " + key);
            case ARRAY -> readArray(key);
            case BOOL -> readBool(key);
            case FLOAT32, FLOAT64 -> readFloat(type, key);
            default -> readInteger(type, key);
        };
    }

    private int readType(String key) {
        long at = cursor.offset();
        int type = cursor.readInt("value type of " + key);
        if (type < 0 || type >= LEAST_BYTES.length) {
            throw file.error(at, "metadata " + key + " has unknown value type " + Integer.toUnsignedString(type));
        }
        return type;
    }

    private Object readArray(String key) {
        long at = cursor.offset();
        int type = readType(key);
        if (type == ARRAY) {
            throw file.error(at, "metadata " + key + " is an array of arrays, which no model uses");
        }
        int count = cursor.readCount("length of array " + key, LEAST_BYTES[type], MAX_ELEMENTS);
        return switch (type) {
            case STRING -> readStrings(key, count);
            case BOOL -> readBools(key, count);
            case FLOAT32, FLOAT64 -> readFloats(type, key, count);
            default -> readIntegers(type, key, count);
        };
    }

    private String[] readStrings(String key, int count) {
        var strings = new String[count];
        cursor.readStrings("a string of array " + key, strings);
        return strings;
    }

    private boolean[] readBools(String key, int count) {
        var values = new boolean[count];
        for (int i = 0; i < count; i++) {
            values[i] = readBool(key);
        }
        return values;
    }

    private float[] readFloats(int type, String key, int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) readFloat(type, key);
        }
        return values;
    }

    private Object readIntegers(int type, String key, int count) {
        var values = new int[count];
        if (type == INT32) {
            cursor.readInts("array " + key, values);
            return values;
        }
        for (int i = 0; i < count; i++) {
            long value = readInteger(type, key);
            if (value != (int) value) {
                return readWide(
                        type, key, Arrays.stream(values, 0, i).asLongStream().toArray(), value, count);
            }
            values[i] = (int) value;
        }
        return values;
    }

    private long[] readWide(int type, String key, long[] read, long value, int count) {
        var values = Arrays.copyOf(read, count);
        values[read.length] = value;
        for (int i = read.length + 1; i < count; i++) {
            values[i] = readInteger(type, key);
        }
        return values;
    }

    private boolean readBool(String key) {
        long at = cursor.offset();
        byte value = cursor.readByte("value of " + key);
        if (value != 0 && value != 1) {
            throw file.error(at, "metadata " + key + " is a truth value of " + value + ", expected 0 or 1");
        }
        return value == 1;
    }

    private double readFloat(int type, String key) {
        var what = "value of " + key;
        return type == FLOAT32
                ? Float.intBitsToFloat(cursor.readInt(what))
                : Double.longBitsToDouble(cursor.readLong(what));
    }

    private long readInteger(int type, String key) {
        var what = "value of " + key;
        return switch (type) {
            case 0 -> Byte.toUnsignedLong(cursor.readByte(what));
            case 1 -> cursor.readByte(what);
            case 2 -> Short.toUnsignedLong(cursor.readShort(what));
            case 3 -> cursor.readShort(what);
            case 4 -> Integer.toUnsignedLong(cursor.readInt(what));
            case 5 -> cursor.readInt(what);
            case 10 -> readUnsignedLong(key);
            default -> cursor.readLong(what);
        };
    }

    private long readUnsignedLong(String key) {
        long at = cursor.offset();
        long value = cursor.readLong("value of " + key);
        if (value < 0) {
            throw file.error(at, "metadata " + key + " is " + Long.toUnsignedString(value) + ", more than 2^63 - 1");
        }
        return value;
    }
}
