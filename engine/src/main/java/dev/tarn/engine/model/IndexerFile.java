package dev.tarn.engine.model;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.attention.LightningIndexer;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;
import dev.tarn.engine.format.JsonFields;
import dev.tarn.engine.format.SafetensorsFile;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.engine.model.architecture.Checks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trained lightning indexer: {@code NAME.safetensors} with the weights and {@code NAME.json} beside it with the shapes, the
 * formula's constants and what is always kept.
 */
public final class IndexerFile implements IndexerSource {
    private static final String SUFFIX = ".safetensors";

    private final SafetensorsFile weights;
    private final JsonFields description;

    private IndexerFile(SafetensorsFile weights, JsonFields description) {
        this.weights = weights;
        this.description = description;
    }

    /**
     * Opens an indexer.
     *
     * @throws EngineException if either file is missing or damaged
     */
    public static IndexerFile open(Path path) {
        String name = path.getFileName().toString();
        if (!name.endsWith(SUFFIX)) {
            throw new EngineException(
                    path + ": an indexer's file is called NAME.safetensors, with NAME.json beside it");
        }
        Path sidecar = path.resolveSibling(name.substring(0, name.length() - SUFFIX.length()) + ".json");
        JsonFields description = JsonFields.read(sidecar);
        return new IndexerFile(SafetensorsFile.open(path), description);
    }

    /**
     * The indexer that lies beside a model, or null: {@code MODEL.indexer.safetensors} beside MODEL.gguf, {@code
     * indexer.safetensors} inside a folder.
     */
    public static @Nullable Path beside(Path model) {
        String name = model.getFileName().toString();
        int dot = name.lastIndexOf('.');
        Path path = Files.isDirectory(model)
                ? model.resolve("indexer" + SUFFIX)
                : model.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".indexer" + SUFFIX);
        return Files.isRegularFile(path) ? path : null;
    }

    /** Floats of an index key. */
    public int dim() {
        return description.integer("index_head_dim");
    }

    /** The path of the weights. */
    public Path path() {
        return weights.path();
    }

    @Override
    public String origin() {
        return path().toString();
    }

    @Override
    public LightningIndexer bind(Architecture a, Backend backend, int maxRows) {
        require("layers", description.integer("layers"), a.layers());
        require("hidden", description.integer("hidden"), a.hidden());
        LightningIndexer.Shape shape = shape();
        WeightLoader loader = new WeightLoader(weights, backend);
        List<LightningIndexer.@Nullable Layer> layers = new ArrayList<>();
        for (int i = 0; i < a.layers(); i++) {
            String prefix = "layers." + i + ".indexer.";
            layers.add(new LightningIndexer.Layer(
                    loader.matrix(prefix + "wq", shape.heads() * shape.dim(), a.hidden()),
                    loader.matrix(prefix + "wk", shape.dim(), a.hidden()),
                    loader.vector(prefix + "wk_norm.weight", shape.dim()),
                    loader.vector(prefix + "wk_norm.bias", shape.dim()),
                    loader.matrix(prefix + "ww", shape.heads(), a.hidden())));
        }
        return new LightningIndexer(backend, shape, layers, maxRows, usualMasses(a.layers()));
    }

    private LightningIndexer.Shape shape() {
        Path file = description.path();
        int dim = Checks.headSize(file, "index_head_dim", dim());
        double theta = Checks.positive(file, "rope_theta", description.floating("rope_theta"));
        JsonFields kept = description.findObject("always_kept");
        return new LightningIndexer.Shape(
                Checks.count(file, "index_heads", description.integer("index_heads")),
                dim,
                Rope.ofTheta(
                        Checks.ropeDims(file, "rope_dims", description.integer("rope_dims"), dim),
                        theta,
                        RopeLayout.HALF_SPLIT),
                (float) Checks.positive(file, "wk_norm_eps", description.floating("wk_norm_eps")),
                1,
                kept(kept, "sink"),
                kept(kept, "recent"));
    }

    private static int kept(@Nullable JsonFields kept, String field) {
        return kept == null ? 0 : Checks.zeroOrMore(kept.path(), field, kept.integer(field, 0));
    }

    /** The field {@code usual_masses}, if the indexer has it: the dense mass outside what is always kept, by layer. */
    private List<Double> usualMasses(int layers) {
        double[] masses = description.floats("usual_masses");
        if (masses.length != 0) {
            require("usual_masses", masses.length, layers);
        }
        return Arrays.stream(masses).boxed().toList();
    }

    private void require(String field, int stated, int needed) {
        if (stated != needed) {
            throw new EngineException(description.path() + ": field " + field + " is " + stated + ", but the model has "
                    + needed + "; this indexer belongs to another model");
        }
    }

    @Override
    public void close() {
        weights.close();
    }
}
