package dev.tarn.engine.format;

import dev.tarn.engine.EngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Hugging Face model whose weights lie in several safetensors files; {@code model.safetensors.index.json} says in its
 * {@code weight_map} which tensor is in which file.
 */
public final class ShardedSafetensors implements TensorFile {
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private final Path path;
    private final Map<String, SafetensorsFile> shards;
    private final Map<String, TensorView> tensors;

    private ShardedSafetensors(Path path, Map<String, SafetensorsFile> shards, Map<String, TensorView> tensors) {
        this.path = path;
        this.shards = shards;
        this.tensors = tensors;
    }

    /**
     * Opens the weights of a Hugging Face folder: {@code model.safetensors} if it is there, else the shards that the
     * index names.
     *
     * @throws EngineException if there is neither, or either is damaged
     */
    public static TensorFile openFolder(Path folder) {
        if (Files.exists(folder.resolve(SINGLE))) {
            return SafetensorsFile.open(folder.resolve(SINGLE));
        }
        if (!Files.exists(folder.resolve(INDEX))) {
            throw new EngineException(folder + ": holds neither " + SINGLE + " nor " + INDEX);
        }
        return open(folder.resolve(INDEX));
    }

    /**
     * Opens all shards that an index names.
     *
     * @throws EngineException if the index or a shard is damaged, or a tensor is not where the index says
     */
    public static ShardedSafetensors open(Path index) {
        var weightMap = JsonFields.read(index).object("weight_map");
        var shards = new LinkedHashMap<String, SafetensorsFile>();
        var tensors = new LinkedHashMap<String, TensorView>();
        try {
            for (var name : weightMap.names()) {
                var file = weightMap.string(name);
                var shard = shards.get(file);
                if (shard == null) {
                    shard = SafetensorsFile.open(siblingOf(index, weightMap, name, file));
                    shards.put(file, shard);
                }
                tensors.put(name, shard.tensor(name));
            }
        } catch (RuntimeException | Error failure) {
            shards.values().forEach(SafetensorsFile::close);
            throw failure;
        }
        return new ShardedSafetensors(index, shards, tensors);
    }

    private static Path siblingOf(Path index, JsonFields weightMap, String tensor, String file) {
        boolean plain = file.chars().allMatch(c -> c > ' ' && c < 127 && c != '/' && c != '\\' && c != ':');
        if (!plain || !file.endsWith(".safetensors")) {
            throw weightMap.error(
                    tensor, "is \"" + file + "\", expected the name of a .safetensors file beside the index");
        }
        return index.resolveSibling(file);
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
        shards.values().forEach(SafetensorsFile::close);
    }
}
