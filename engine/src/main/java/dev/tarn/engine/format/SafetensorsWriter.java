package dev.tarn.engine.format;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Collects tensors and writes them as one safetensors file. The file appears under its name only when it is complete:
 * it is written beside it under a temporary name and then moved.
 */
public final class SafetensorsWriter {
    private static final int CHUNK = 1 << 20;
    private static final int HEADER_ALIGNMENT = 8;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, TensorView> tensors = new LinkedHashMap<>();

    /** Adds a free-form string to {@code __metadata__}. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /** Adds a float32 tensor; {@code shape} is outermost first and its product is the number of values. */
    public SafetensorsWriter floats(String name, float[] values, long... shape) {
        return add(name, TensorType.F32, MemorySegment.ofArray(values), shape);
    }

    /** Adds an int32 tensor; {@code shape} is outermost first and its product is the number of values. */
    public SafetensorsWriter ints(String name, int[] values, long... shape) {
        return add(name, TensorType.I32, MemorySegment.ofArray(values), shape);
    }

    /**
     * Adds a tensor of a plain type. The data is not copied: it must stay as it is until {@link #write}.
     *
     * @throws EngineException if the bytes do not match type and shape, or the name is taken
     */
    public SafetensorsWriter add(String name, TensorType type, MemorySegment data, long... shape) {
        var view = new TensorView(name, type, shape.clone(), data);
        if (type.dtype() == null) {
            throw new EngineException("tensor " + name + ": safetensors cannot hold type " + type);
        }
        if (type.bytes(view.elements()) != data.byteSize()) {
            throw new EngineException("tensor " + name + " has " + data.byteSize() + " bytes, but its shape needs "
                    + type.bytes(view.elements()));
        }
        if (tensors.put(name, view) != null) {
            throw new EngineException("tensor " + name + " is added twice");
        }
        return this;
    }

    /**
     * Writes the file, replacing one of the same name.
     *
     * @throws EngineException if it cannot be written; nothing is left under either name then
     */
    public void write(Path path) {
        var target = path.toAbsolutePath();
        var partial = target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".partial");
        try {
            writeAll(partial);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            deletePartial(partial, failure);
            throw new EngineException(
                    path + ": cannot be written: " + failure.getClass().getSimpleName() + " " + failure.getMessage(),
                    failure);
        }
    }

    private static void deletePartial(Path partial, IOException failure) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException second) {
            failure.addSuppressed(second);
        }
    }

    private void writeAll(Path partial) throws IOException {
        try (var channel = FileChannel.open(
                partial, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            var buffer = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
            var header = header();
            writeFully(channel, buffer.putLong(header.length).flip());
            writeFully(channel, ByteBuffer.wrap(header));
            for (var tensor : tensors.values()) {
                writeData(channel, buffer, tensor.data());
            }
        }
    }

    private byte[] header() {
        var root = MAPPER.createObjectNode();
        if (!metadata.isEmpty()) {
            var fields = root.putObject("__metadata__");
            metadata.forEach(fields::put);
        }
        long offset = 0;
        for (var tensor : tensors.values()) {
            describe(root.putObject(tensor.name()), tensor, offset);
            offset += tensor.data().byteSize();
        }
        var json = MAPPER.writeValueAsString(root);
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        return (json + " ".repeat(-length & (HEADER_ALIGNMENT - 1))).getBytes(StandardCharsets.UTF_8);
    }

    private static void describe(ObjectNode fields, TensorView tensor, long offset) {
        fields.put("dtype", tensor.type().dtype());
        var shape = fields.putArray("shape");
        for (long size : tensor.shape()) {
            shape.add(size);
        }
        fields.putArray("data_offsets").add(offset).add(offset + tensor.data().byteSize());
    }

    /** Copies memory in chunks: one tensor may be larger than a buffer can be. The bytes are in native order. */
    private static void writeData(FileChannel channel, ByteBuffer buffer, MemorySegment data) throws IOException {
        for (long at = 0; at < data.byteSize(); at += CHUNK) {
            int length = (int) Math.min(CHUNK, data.byteSize() - at);
            buffer.clear().limit(length);
            MemorySegment.copy(
                    data, ValueLayout.JAVA_BYTE, at, MemorySegment.ofBuffer(buffer), ValueLayout.JAVA_BYTE, 0, length);
            writeFully(channel, buffer);
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
