package dev.tarn.engine.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes small GGUF files for tests, right or wrong as asked. Shapes are given innermost first, as in the file. */
public final class GgufBuilder {
    private record Tensor(String name, int type, long[] dims, long offset, byte[] data) {}

    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private final java.util.List<Tensor> tensors = new java.util.ArrayList<>();
    private int version = 3;
    private int alignment = 32;
    private long dataBytes;

    public GgufBuilder version(int value) {
        version = value;
        return this;
    }

    public GgufBuilder alignment(int value) {
        alignment = value;
        return put("general.alignment", value);
    }

    /** Adds a pair: Integer, Long, Float, Boolean, String, String[], int[], float[]. */
    public GgufBuilder put(String key, Object value) {
        metadata.put(key, value);
        return this;
    }

    public GgufBuilder tensor(String name, int type, byte[] data, long... dims) {
        tensorAt(name, type, dataBytes, data, dims);
        dataBytes = Math.ceilDiv(dataBytes + data.length, alignment) * (long) alignment;
        return this;
    }

    public GgufBuilder tensorAt(String name, int type, long offset, byte[] data, long... dims) {
        tensors.add(new Tensor(name, type, dims, offset, data));
        return this;
    }

    public byte[] build() {
        var out = new ByteArrayOutputStream();
        writeInt(out, 0x46554747);
        writeInt(out, version);
        writeLong(out, tensors.size());
        writeLong(out, metadata.size());
        metadata.forEach((key, value) -> {
            writeString(out, key);
            writeValue(out, value);
        });
        for (var tensor : tensors) {
            writeString(out, tensor.name);
            writeInt(out, tensor.dims.length);
            for (long dim : tensor.dims) {
                writeLong(out, dim);
            }
            writeInt(out, tensor.type);
            writeLong(out, tensor.offset);
        }
        for (var tensor : tensors) {
            out.writeBytes(new byte[-out.size() & (alignment - 1)]);
            out.writeBytes(tensor.data);
        }
        return out.toByteArray();
    }

    private static void writeValue(ByteArrayOutputStream out, Object value) {
        switch (value) {
            case Integer number -> {
                writeInt(out, 4);
                writeInt(out, number);
            }
            case Long number -> {
                writeInt(out, 10);
                writeLong(out, number);
            }
            case Float number -> {
                writeInt(out, 6);
                writeInt(out, Float.floatToIntBits(number));
            }
            case Boolean flag -> {
                writeInt(out, 7);
                out.write(flag ? 1 : 0);
            }
            case String text -> {
                writeInt(out, 8);
                writeString(out, text);
            }
            case String[] array -> {
                writeArray(out, 8, array.length);
                java.util.Arrays.stream(array).forEach(text -> writeString(out, text));
            }
            case int[] array -> {
                writeArray(out, 5, array.length);
                java.util.Arrays.stream(array).forEach(number -> writeInt(out, number));
            }
            case float[] array -> {
                writeArray(out, 6, array.length);
                for (float number : array) {
                    writeInt(out, Float.floatToIntBits(number));
                }
            }
            default -> throw new IllegalArgumentException("no GGUF type for " + value.getClass());
        }
    }

    private static void writeArray(ByteArrayOutputStream out, int type, int length) {
        writeInt(out, 9);
        writeInt(out, type);
        writeLong(out, length);
    }

    private static void writeString(ByteArrayOutputStream out, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        writeLong(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void writeInt(ByteArrayOutputStream out, int value) {
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    private static void writeLong(ByteArrayOutputStream out, long value) {
        out.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }
}
