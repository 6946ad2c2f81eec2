package dev.tarn.engine.model;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.attention.LightningIndexer;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;
import dev.tarn.engine.format.JsonFields;
import dev.tarn.engine.format.SafetensorsFile;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.engine.model.architecture.ContextStretch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trained lightning indexer: a safetensors file whose {@code __metadata__} describes it in the field {@code indexer}, or one with
 * NAME.json beside it.
 */
public final class IndexerFile implements IndexerSource {
    /** The field of {@code __metadata__} that holds {@link IndexerMetadata} as JSON. */
    public static final String FIELD = "indexer";

    static final String SUFFIX = ".safetensors";

    /** Backbones up to this size are hashed to see whether an indexer was made for them; of larger ones the size is compared. */
    private static final long HASHED_BYTES = 1L << 30;

    private final SafetensorsFile weights;
    private final IndexerMetadata metadata;

    private IndexerFile(SafetensorsFile weights, IndexerMetadata metadata) {
        this.weights = weights;
        this.metadata = metadata;
    }

    /**
     * Opens an indexer.
     *
     * @throws EngineException if it is missing, damaged, or not described
     */
    public static IndexerFile open(Path path) {
        String name = path.getFileName().toString();
        if (!name.endsWith(SUFFIX)) {
            throw new EngineException(path + ": an indexer's file is called NAME.safetensors");
        }
        SafetensorsFile weights = SafetensorsFile.open(path);
        try {
            return new IndexerFile(weights, IndexerMetadata.read(description(path, name, weights)));
        } catch (RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    private static JsonFields description(Path path, String name, SafetensorsFile weights) {
        String inside = weights.metadata().get(FIELD);
        if (inside != null) {
            return JsonFields.parse(path, inside.getBytes(StandardCharsets.UTF_8));
        }
        Path sidecar = path.resolveSibling(name.substring(0, name.length() - SUFFIX.length()) + ".json");
        if (!Files.exists(sidecar)) {
            throw new EngineException(path + ": says nothing of itself in __metadata__ and " + sidecar.getFileName()
                    + " is not beside it; an indexer needs one of the two");
        }
        return JsonFields.read(sidecar);
    }

    /** Whether a file is an indexer by its name and description. */
    public static boolean isIndexer(Path path) {
        String name = path.getFileName().toString();
        if (!name.endsWith(SUFFIX) || !Files.isRegularFile(path)) {
            return false;
        }
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            return file.metadata().containsKey(FIELD)
                    || file.names().stream().anyMatch(tensor -> tensor.endsWith(".indexer.wk"));
        }
    }

    /**
     * The indexer that lies beside a model, or null: {@code MODEL.indexer.safetensors} beside MODEL.gguf, {@code
     * indexer.safetensors} inside a folder.
     */
    public static @Nullable Path beside(Path model) {
        return IndexerLocator.beside(model);
    }

    /** Floats of an index key. */
    public int dim() {
        return metadata.dim();
    }

    /** What the file says of itself. */
    public IndexerMetadata metadata() {
        return metadata;
    }

    /** The path of the weights. */
    public Path path() {
        return weights.path();
    }

    /** The weights as stored. */
    public SafetensorsFile weights() {
        return weights;
    }

    /**
     * What a user should know before using this indexer with a model of the right shape: that it was trained on other weights, such
     * as another quantisation's. Null where it was trained on these, or does not say.
     */
    public @Nullable String warning(ModelFile model) {
        if (metadata.sha256().isEmpty() || isOf(model)) {
            return null;
        }
        return path() + ": was trained on other weights (" + metadata.backbone() + ", SHA-256 "
                + metadata.sha256().substring(0, Math.min(12, metadata.sha256().length()))
                + "…); fine for another quantisation of the same model, else train one with tarn distill";
    }

    private boolean isOf(ModelFile model) {
        try {
            if (Files.isDirectory(model.path())) {
                return metadata.sha256().equals(model.sha256());
            }
            long bytes = Files.size(model.path());
            if (metadata.bytes() != 0 && metadata.bytes() != bytes) {
                return false;
            }
            return bytes > HASHED_BYTES || metadata.sha256().equals(model.sha256());
        } catch (IOException e) {
            throw new EngineException(model.path() + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    @Override
    public String origin() {
        return path().toString();
    }

    @Override
    public boolean ranks(int layer) {
        return metadata.ranks(layer);
    }

    @Override
    public LightningIndexer bind(Architecture a, Backend backend, int maxRows) {
        metadata.requireFor(a, path());
        LightningIndexer.Shape shape = shape(a);
        WeightLoader loader = new WeightLoader(weights, backend);
        List<LightningIndexer.@Nullable Layer> layers = new ArrayList<>();
        for (int i = 0; i < a.layers(); i++) {
            boolean sliding = a.stack().get(i).window() != Integer.MAX_VALUE;
            layers.add(sliding || !metadata.ranks(i) ? null : layer(loader, "layers." + i + ".indexer.", shape, a));
        }
        return new LightningIndexer(backend, shape, layers, maxRows, metadata.usualMasses());
    }

    private static LightningIndexer.Layer layer(
            WeightLoader loader, String prefix, LightningIndexer.Shape shape, Architecture a) {
        return new LightningIndexer.Layer(
                loader.matrix(prefix + "wq", shape.heads() * shape.dim(), a.hidden()),
                loader.matrix(prefix + "wk", shape.dim(), a.hidden()),
                loader.vector(prefix + "wk_norm.weight", shape.dim()),
                loader.vector(prefix + "wk_norm.bias", shape.dim()),
                loader.matrix(prefix + "ww", shape.heads(), a.hidden()));
    }

    private LightningIndexer.Shape shape(Architecture a) {
        return new LightningIndexer.Shape(
                metadata.heads(),
                metadata.dim(),
                ContextStretch.indexRope(
                        a, Rope.ofTheta(metadata.ropeDims(), metadata.ropeTheta(), RopeLayout.HALF_SPLIT)),
                (float) metadata.normEps(),
                1,
                metadata.sink(),
                metadata.recent());
    }

    @Override
    public void close() {
        weights.close();
    }
}
