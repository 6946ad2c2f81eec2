package dev.tarn.engine.format;

import dev.tarn.engine.EngineException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One safetensors file, memory-mapped: an 8-byte little-endian header length, a JSON header that gives each tensor's
 * {@code dtype}, {@code shape} and {@code data_offsets}, then the data.
 */
public final class SafetensorsFile implements TensorFile {
    private static final int PREFIX = Long.BYTES;
    private static final long MAX_HEADER = 100_000_000; // the limit of the reference implementation
    private static final String METADATA = "__metadata__";

    private final MappedFile file;
    private final Map<String, String> metadata;
    private final Map<String, TensorView> tensors;

    private record Span(String name, long begin, long end) {}

    private SafetensorsFile(MappedFile file, Map<String, String> metadata, Map<String, TensorView> tensors) {
        this.file = file;
        this.metadata = metadata;
        this.tensors = tensors;
    }

    /**
     * Opens a file.
     *
     * @throws EngineException with file and byte offset or tensor if anything in it is not as the format says
     */
    public static SafetensorsFile open(Path path) {
        return MappedFile.open(path, SafetensorsFile::parse);
    }

    private static SafetensorsFile parse(MappedFile file) {
        long length = new ByteCursor(file).readLong("the header length");
        long most = Math.min(file.size() - PREFIX, MAX_HEADER);
        if (length < 2 || length > most) {
            throw file.error(
                    0,
                    "header length is " + Long.toUnsignedString(length) + ", expected 2 to " + most
                            + "; not a safetensors file, or truncated");
        }
        var json = file.bytes().asSlice(PREFIX, length).toArray(ValueLayout.JAVA_BYTE);
        var header = JsonFields.parse(file.path(), json);
        var data = file.bytes().asSlice(PREFIX + length);
        return new SafetensorsFile(file, readMetadata(header), readTensors(file, header, data));
    }

    private static Map<String, String> readMetadata(JsonFields header) {
        var metadata = new LinkedHashMap<String, String>();
        var fields = header.findObject(METADATA);
        if (fields != null) {
            fields.names().forEach(name -> metadata.put(name, fields.string(name)));
        }
        return metadata;
    }

    private static Map<String, TensorView> readTensors(MappedFile file, JsonFields header, MemorySegment data) {
        var tensors = new LinkedHashMap<String, TensorView>();
        var spans = new ArrayList<Span>();
        for (var name : header.names()) {
            if (!name.equals(METADATA)) {
                tensors.put(name, readTensor(file, name, header.object(name), data, spans));
            }
        }
        rejectOverlaps(file, spans);
        return tensors;
    }

    private static TensorView readTensor(
            MappedFile file, String name, JsonFields fields, MemorySegment data, List<Span> spans) {
        var type = TensorType.ofDtype(fields.string("dtype"));
        if (type == null) {
            throw fields.error(
                    "dtype", "is " + fields.string("dtype") + ", which is not supported: " + TensorType.dtypeNames());
        }
        var shape = readShape(fields);
        long bytes = TensorLayout.bytes(file, PREFIX, name, type, shape);
        long[] offsets = fields.longs("data_offsets");
        if (offsets.length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > data.byteSize()) {
            throw fields.error(
                    "data_offsets",
                    "is not a range within the file's " + data.byteSize()
                            + " data bytes; the file is truncated or damaged");
        }
        if (offsets[1] - offsets[0] != bytes) {
            throw fields.error(
                    "data_offsets", "spans " + (offsets[1] - offsets[0]) + " bytes, but dtype and shape need " + bytes);
        }
        spans.add(new Span(name, offsets[0], offsets[1]));
        return new TensorView(name, type, shape, data.asSlice(offsets[0], bytes));
    }

    private static long[] readShape(JsonFields fields) {
        if (!fields.isArray("shape")) {
            throw fields.error("shape", "is missing or not an array");
        }
        long[] shape = fields.longs("shape");
        for (long size : shape) {
            if (size < 0) {
                throw fields.error("shape", "has a dimension of " + size);
            }
        }
        return shape;
    }

    private static void rejectOverlaps(MappedFile file, List<Span> spans) {
        spans.sort(Comparator.comparingLong(Span::begin).thenComparingLong(Span::end));
        for (int i = 1; i < spans.size(); i++) {
            var left = spans.get(i - 1);
            var right = spans.get(i);
            if (right.begin < left.end) {
                throw new EngineException(file.path() + ": tensor " + right.name + " at data offset " + right.begin
                        + " overlaps tensor " + left.name + ", which ends at " + left.end);
            }
        }
    }

    /** The free-form strings of {@code __metadata__}, in the file's order. */
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public List<String> names() {
        return List.copyOf(tensors.keySet());
    }

    @Override
    public @Nullable TensorView find(String name) {
        return tensors.get(name);
    }

    @Override
    public void close() {
        file.close();
    }
}
