package dev.tarn.engine.format;

import dev.tarn.engine.EngineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A GGUF model (version 2 or 3), memory-mapped: one file, or the parts {@code NAME-00001-of-0000N.gguf} of a split
 * model, opened through the first. Metadata are those of the first part.
 */
public final class GgufFile implements TensorFile {
    private static final Pattern PART_NAME = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");

    private final Path path;
    private final GgufMetadata metadata;
    private final List<GgufPart> parts;
    private final Map<String, TensorView> tensors = new LinkedHashMap<>();

    private GgufFile(Path path, List<GgufPart> parts) {
        this.path = path;
        this.parts = parts;
        this.metadata = parts.getFirst().metadata();
        for (var part : parts) {
            part.tensors().forEach((name, view) -> add(part, name, view));
        }
        requireTensorCount();
    }

    /**
     * Opens a model.
     *
     * @param path the file, or the first part of a split model
     * @throws EngineException with file and byte offset or key if anything in it is not as the format says
     */
    public static GgufFile open(Path path) {
        var parts = new ArrayList<GgufPart>();
        try {
            parts.add(MappedFile.open(path, GgufPart::parse));
            int count = partCount(parts.getFirst());
            for (int i = 1; i < count; i++) {
                parts.add(openPart(path, i, count));
                requireNumber(parts.getLast().metadata(), i);
            }
            return new GgufFile(path, parts);
        } catch (RuntimeException | Error failure) {
            parts.forEach(part -> part.file().close());
            throw failure;
        }
    }

    private static int partCount(GgufPart first) {
        var metadata = first.metadata();
        int count = metadata.integer("split.count", 1);
        int number = metadata.integer("split.no", 0);
        if (count > 1 && number != 0) {
            throw metadata.error(
                    "split.no", "is " + number + ": this is not the first part; open the first of " + count);
        }
        return count;
    }

    private static GgufPart openPart(Path first, int index, int count) {
        var name = PART_NAME.matcher(String.valueOf(first.getFileName()));
        if (!name.matches() || Integer.parseInt(name.group(2)) != 1 || Integer.parseInt(name.group(3)) != count) {
            throw new EngineException(first + ": split.count is " + count + ", so the file must be named NAME-00001-of-"
                    + String.format("%05d", count) + ".gguf for its other parts to be found");
        }
        var sibling = first.resolveSibling(String.format("%s-%05d-of-%05d.gguf", name.group(1), index + 1, count));
        return MappedFile.open(sibling, GgufPart::parse);
    }

    private static void requireNumber(GgufMetadata metadata, int index) {
        int number = metadata.integer("split.no");
        if (number != index) {
            throw metadata.error("split.no", "is " + number + ", expected " + index);
        }
    }

    private void add(GgufPart part, String name, TensorView view) {
        if (tensors.put(name, view) != null) {
            throw new EngineException(part.file().path() + ": tensor " + name + " is already in an earlier part");
        }
    }

    private void requireTensorCount() {
        int expected = metadata.integer("split.tensors.count", tensors.size());
        if (expected != tensors.size()) {
            throw metadata.error("split.tensors.count", "is " + expected + ", but the parts hold " + tensors.size());
        }
    }

    /** The key-value pairs. */
    public GgufMetadata metadata() {
        return metadata;
    }

    @Override
    public Path path() {
        return path;
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
        parts.forEach(part -> part.file().close());
    }
}
