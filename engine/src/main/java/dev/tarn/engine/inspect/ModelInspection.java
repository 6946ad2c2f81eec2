package dev.tarn.engine.inspect;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.format.GgufFile;
import dev.tarn.engine.format.GgufMetadata;
import dev.tarn.engine.format.HuggingFaceConfig;
import dev.tarn.engine.format.JsonFields;
import dev.tarn.engine.format.ShardedSafetensors;
import dev.tarn.engine.format.TensorFile;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.model.IndexerFile;
import dev.tarn.engine.model.IndexerLocator;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.engine.model.architecture.AttentionProjection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a model without running it.
 *
 * @param name the name that the file gives itself, else that of the file
 * @param format GGUF or safetensors
 * @param architecture the family as the file names it
 * @param refusal why Tarn cannot run it, or null where it can
 * @param dimensions the sizes that the metadata states
 * @param tensors how the weights are stored
 * @param tokenizer whether a tokenizer came with it
 * @param chatTemplate whether a chat template did
 * @param indexer the lightning indexer that would be used with it, or null
 * @param kv what a token leaves in the cache, or null where the architecture is not known
 */
public record ModelInspection(
        String name,
        String format,
        String architecture,
        @Nullable String refusal,
        Dimensions dimensions,
        List<TensorGroup> tensors,
        boolean tokenizer,
        boolean chatTemplate,
        @Nullable Path indexer,
        @Nullable KvShape kv) {
    /**
     * Looks into a .gguf file or a Hugging Face folder.
     *
     * @throws EngineException if it is missing or damaged; an architecture that cannot be run is no error
     */
    public static ModelInspection of(Path path) {
        return Files.isDirectory(path) ? ofFolder(path) : ofGguf(path);
    }

    private static ModelInspection ofGguf(Path path) {
        try (GgufFile file = GgufFile.open(path)) {
            GgufMetadata metadata = file.metadata();
            String architecture = metadata.string("general.architecture");
            return of(
                    path,
                    metadata.string("general.name", path.getFileName().toString()),
                    "GGUF",
                    architecture,
                    Dimensions.of(metadata, architecture),
                    file,
                    metadata.has("tokenizer.ggml.tokens"),
                    metadata.has("tokenizer.chat_template"));
        }
    }

    private static ModelInspection ofFolder(Path folder) {
        JsonFields config = HuggingFaceConfig.read(folder);
        Path tokenizer = folder.resolve("tokenizer_config.json");
        boolean template = Files.exists(folder.resolve("chat_template.jinja"))
                || (Files.exists(tokenizer) && JsonFields.read(tokenizer).has("chat_template"));
        try (TensorFile file = ShardedSafetensors.openFolder(folder)) {
            return of(
                    folder,
                    folder.toAbsolutePath().normalize().getFileName().toString(),
                    "safetensors",
                    config.string("model_type"),
                    Dimensions.of(config),
                    file,
                    Files.exists(folder.resolve("tokenizer.json")),
                    template);
        }
    }

    private static ModelInspection of(
            Path path,
            String name,
            String format,
            String architecture,
            Dimensions dimensions,
            TensorFile file,
            boolean tokenizer,
            boolean template) {
        Path indexer = IndexerLocator.find(path);
        KvShape kv = null;
        String refusal = null;
        try (ModelFile model = ModelFile.open(path)) {
            kv = kv(model.architecture(), indexer);
        } catch (EngineException e) {
            refusal = String.valueOf(e.getMessage());
        }
        return new ModelInspection(
                name,
                format,
                architecture,
                refusal,
                dimensions,
                TensorGroup.of(file),
                tokenizer,
                template,
                indexer,
                kv);
    }

    private static KvShape kv(Architecture a, @Nullable Path indexer) {
        int index = a.indexer() == null ? 0 : a.indexer().dim();
        if (indexer != null) {
            try (IndexerFile file = IndexerFile.open(indexer)) {
                index = file.dim();
            }
        }
        return new KvShape(
                a.layers(),
                a.attention().kvHeads(),
                a.attention().keyDim(),
                a.attention().valueDim(),
                a.projection() instanceof AttentionProjection.Latent,
                index,
                Precision.FAST.kvTypes());
    }

    /** Elements of all tensors. */
    public long parameters() {
        return tensors.stream().mapToLong(TensorGroup::parameters).sum();
    }

    /** Bytes of all tensors. */
    public long weightBytes() {
        return tensors.stream().mapToLong(TensorGroup::bytes).sum();
    }
}
