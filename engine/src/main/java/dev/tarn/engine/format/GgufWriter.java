package dev.tarn.engine.format;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Writes a GGUF file (version 3, ggml's docs/gguf.md): metadata in the order put, then tensors in the order added, whose data is
 * asked for piece by piece, so that a model never lies in memory whole.
 */
public final class GgufWriter {
    private static final int MAGIC = 0x46554747;
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;
    private static final int CHUNK = 1 << 20;

    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private final List<Tensor> tensors = new ArrayList<>();

    /** The data of one tensor, from its first byte on. */
    @FunctionalInterface
    public interface Stream {
        /** Fills the whole segment with the next bytes: whole blocks of the tensor's type, little-endian. */
        void next(MemorySegment into);
    }

    private record Tensor(String name, TensorType type, long[] shape, Supplier<Stream> data) {
        long bytes() {
            long elements = 1;
            for (long size : shape) {
                elements = Math.multiplyExact(elements, size);
            }
            return type.bytes(elements);
        }
    }

    /** The numbers with which GGUF marks the type of a value. */
    private static final class ValueType {
        static final int UINT32 = 4;
        static final int INT32 = 5;
        static final int FLOAT32 = 6;
        static final int BOOL = 7;
        static final int STRING = 8;
        static final int ARRAY = 9;
    }

    /** Puts a string. */
    public GgufWriter text(String key, String value) {
        return put(key, value);
    }

    /** Puts an unsigned 32-bit number. */
    public GgufWriter integer(String key, int value) {
        return put(key, value);
    }

    /** Puts a float. */
    public GgufWriter floating(String key, float value) {
        return put(key, value);
    }

    /** Puts a truth value. */
    public GgufWriter bool(String key, boolean value) {
        return put(key, value);
    }

    /** Puts an array of strings. */
    public GgufWriter texts(String key, List<String> values) {
        return put(key, List.copyOf(values));
    }

    /** Puts an array of signed 32-bit numbers. */
    public GgufWriter ints(String key, int[] values) {
        return put(key, values.clone());
    }

    private GgufWriter put(String key, Object value) {
        if (metadata.put(key, value) != null) {
            throw new EngineException("metadata " + key + " is put twice");
        }
        return this;
    }

    /**
     * Adds a tensor.
     *
     * @param shape outermost dimension first
     * @param data gives a new stream of all bytes each time the file is written
     * @throws EngineException where rows are not whole blocks of the type
     */
    public GgufWriter tensor(String name, TensorType type, long[] shape, Supplier<Stream> data) {
        type.bytes(shape[shape.length - 1]);
        tensors.add(new Tensor(name, type, shape.clone(), data));
        return this;
    }

    /** Adds a vector of float32. */
    public GgufWriter floats(String name, float[] values) {
        var bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return tensor(name, TensorType.F32, new long[] {values.length}, () -> {
            var rest = bytes.duplicate();
            return into -> {
                int length = (int) into.byteSize();
                MemorySegment.copy(MemorySegment.ofBuffer(rest), 0, into, 0, length);
                rest.position(rest.position() + length);
            };
        });
    }

    /** Bytes of all tensors' data, padding not counted. */
    public long dataBytes() {
        return tensors.stream().mapToLong(Tensor::bytes).sum();
    }

    /**
     * Writes the file under exactly this name; who wants it to appear whole gives a temporary name and renames it.
     *
     * @param progress told of every further run of tensor bytes how long it is
     * @throws EngineException if it cannot be written
     */
    public void write(Path path, LongConsumer progress) {
        try (var channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            var out = new Output(channel);
            writeHeader(out);
            for (var tensor : tensors) {
                out.pad();
                stream(channel, tensor, out, progress);
            }
            out.pad();
            out.flush();
        } catch (IOException e) {
            throw new EngineException(path + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private void writeHeader(Output out) throws IOException {
        out.int32(MAGIC);
        out.int32(VERSION);
        out.int64(tensors.size());
        out.int64(metadata.size());
        for (var pair : metadata.entrySet()) {
            out.string(pair.getKey());
            writeValue(out, pair.getValue());
        }
        long offset = 0;
        for (var tensor : tensors) {
            out.string(tensor.name);
            out.int32(tensor.shape.length);
            for (int i = tensor.shape.length - 1; i >= 0; i--) {
                out.int64(tensor.shape[i]);
            }
            out.int32(tensor.type.ggmlId());
            out.int64(offset);
            offset += Math.ceilDiv(tensor.bytes(), ALIGNMENT) * ALIGNMENT;
        }
    }

    private static void writeValue(Output out, Object value) throws IOException {
        switch (value) {
            case String text -> {
                out.int32(ValueType.STRING);
                out.string(text);
            }
            case Integer number -> {
                out.int32(ValueType.UINT32);
                out.int32(number);
            }
            case Float number -> {
                out.int32(ValueType.FLOAT32);
                out.int32(Float.floatToRawIntBits(number));
            }
            case Boolean flag -> {
                out.int32(ValueType.BOOL);
                out.int8(flag ? 1 : 0);
            }
            case int[] numbers -> {
                out.array(ValueType.INT32, numbers.length);
                for (int number : numbers) {
                    out.int32(number);
                }
            }
            case List<?> texts -> {
                out.array(ValueType.STRING, texts.size());
                for (Object text : texts) {
                    out.string((String) text);
                }
            }
            default -> throw new IllegalStateException("no GGUF type for " + value.getClass());
        }
    }

    private static void stream(FileChannel channel, Tensor tensor, Output out, LongConsumer progress)
            throws IOException {
        out.flush();
        int chunk = CHUNK / tensor.type.blockBytes() * tensor.type.blockBytes();
        var buffer = ByteBuffer.allocateDirect(chunk);
        var data = tensor.data.get();
        for (long left = tensor.bytes(); left > 0; left -= buffer.limit()) {
            buffer.clear().limit((int) Math.min(chunk, left));
            data.next(MemorySegment.ofBuffer(buffer));
            writeFully(channel, buffer);
            out.written += buffer.limit();
            progress.accept(buffer.limit());
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Small values, gathered before they are written. */
    private static final class Output {
        private final FileChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        private long written;

        Output(FileChannel channel) {
            this.channel = channel;
        }

        void int8(int value) throws IOException {
            room(1).put((byte) value);
        }

        void int32(int value) throws IOException {
            room(Integer.BYTES).putInt(value);
        }

        void int64(long value) throws IOException {
            room(Long.BYTES).putLong(value);
        }

        void array(int type, int length) throws IOException {
            int32(ValueType.ARRAY);
            int32(type);
            int64(length);
        }

        void string(String text) throws IOException {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            int64(bytes.length);
            room(bytes.length).put(bytes);
        }

        void pad() throws IOException {
            int missing = (int) (-(written + buffer.position()) & (ALIGNMENT - 1));
            room(missing).put(new byte[missing]);
        }

        void flush() throws IOException {
            buffer.flip();
            written += buffer.limit();
            writeFully(channel, buffer);
            buffer.clear();
        }

        private ByteBuffer room(int bytes) throws IOException {
            if (buffer.remaining() < bytes) {
                flush();
            }
            return buffer;
        }
    }
}
