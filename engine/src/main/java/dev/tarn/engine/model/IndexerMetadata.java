package dev.tarn.engine.model;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.format.JsonFields;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.engine.model.architecture.Checks;
import dev.tarn.engine.model.architecture.LayerDescription;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an indexer's file says of itself: {@code indexer} in the {@code __metadata__} of its weights, or the JSON file beside them.
 *
 * @param backbone the name of the model it was made for
 * @param sha256 that model's hash, empty where it is not stated
 * @param bytes the size of that model's file, 0 where it is not stated
 * @param layers layers of that model
 * @param hidden floats of its attention input
 * @param heads index heads
 * @param dim floats of an index key
 * @param ropeDims leading dimensions that are rotated
 * @param ropeTheta base of the rotation
 * @param normEps the LayerNorm's epsilon
 * @param sink first positions that selections always keep
 * @param recent newest positions that selections always keep
 * @param share layers that use one indexer's selection: those with an indexer are 0, share, 2 · share, …
 * @param usualMasses what dense attention usually gives to the positions that are not always kept, one for each layer; empty
 *     where it is not stated
 * @param dtype how the weights are stored
 * @param training how it was made, as its maker wrote it
 */
public record IndexerMetadata(
        String backbone,
        String sha256,
        long bytes,
        int layers,
        int hidden,
        int heads,
        int dim,
        int ropeDims,
        double ropeTheta,
        double normEps,
        int sink,
        int recent,
        int share,
        List<Double> usualMasses,
        String dtype,
        Map<String, Object> training) {
    /** Copies lists and maps. */
    public IndexerMetadata {
        usualMasses = List.copyOf(usualMasses);
        training = Collections.unmodifiableMap(new LinkedHashMap<>(training));
    }

    /** The formula that {@link dev.tarn.engine.attention.LightningIndexer} computes; raised if it ever changes. */
    public static final int FORMULA_VERSION = 1;

    private static final String KIND = "DSA lightning indexer, one per layer";
    /** Bases of two files count as equal up to this factor: they are stored as text and in float32 frequencies. */
    private static final double THETA_TOLERANCE = 1e-4;

    /** Reads and checks the fields. */
    static IndexerMetadata read(JsonFields fields) {
        int version = fields.integer("formula_version", FORMULA_VERSION);
        if (version != FORMULA_VERSION) {
            throw fields.error(
                    "formula_version",
                    "is " + version + ", but this Tarn knows version " + FORMULA_VERSION + "; use a newer Tarn");
        }
        JsonFields kept = fields.findObject("always_kept");
        IndexerMetadata metadata = new IndexerMetadata(
                fields.string("backbone", ""),
                fields.string("backbone_sha256", ""),
                fields.has("backbone_bytes") ? fields.longs("backbone_bytes")[0] : 0,
                fields.integer("layers"),
                fields.integer("hidden"),
                fields.integer("index_heads"),
                fields.integer("index_head_dim"),
                fields.integer("rope_dims"),
                fields.floating("rope_theta"),
                fields.floating("wk_norm_eps"),
                kept == null ? 0 : kept.integer("sink", 0),
                kept == null ? 0 : kept.integer("recent", 0),
                fields.integer("share", 1),
                Arrays.stream(fields.floats("usual_masses")).boxed().toList(),
                fields.string("dtype", ""),
                training(fields.findObject("training")));
        metadata.requirePossible(fields);
        return metadata;
    }

    private static Map<String, Object> training(@Nullable JsonFields fields) {
        return fields == null ? Map.of() : fields.scalars();
    }

    private void requirePossible(JsonFields fields) {
        Path file = fields.path();
        Checks.count(file, "index_heads", heads);
        Checks.headSize(file, "index_head_dim", dim);
        Checks.ropeDims(file, "rope_dims", ropeDims, dim);
        Checks.positive(file, "rope_theta", ropeTheta);
        Checks.positive(file, "wk_norm_eps", normEps);
        Checks.zeroOrMore(file, "sink", sink);
        Checks.zeroOrMore(file, "recent", recent);
        Checks.count(file, "share", share);
    }

    /** The JSON text that {@link #read} reads. */
    public String json() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("kind", KIND);
        root.put("formula_version", FORMULA_VERSION);
        root.put("backbone", backbone);
        root.put("backbone_sha256", sha256);
        root.put("backbone_bytes", bytes);
        root.put("dtype", dtype);
        root.put("layers", layers);
        root.put("hidden", hidden);
        root.put("index_heads", heads);
        root.put("index_head_dim", dim);
        root.put("rope_dims", ropeDims);
        root.put("rope_theta", ropeTheta);
        root.put("rope_layout", "rotate_half (NeoX): dim i pairs with dim i + rope_dims / 2");
        root.put("wk_norm_eps", normEps);
        root.put("share", share);
        root.put(
                "formula",
                "I(t,s) = sum_j w_j(t) * max(0, q_j(t) . k(s)); q = RoPE(Wq h_t), k = RoPE(LayerNorm(Wk h_s)), w = Ww h_t");
        root.put("usual_masses", usualMasses);
        root.put("always_kept", Map.of("sink", sink, "recent", recent));
        root.put("training", training);
        return JsonMapper.shared().writeValueAsString(root);
    }

    /** Whether layer {@code layer} has an indexer of its own where it sees every position. */
    boolean ranks(int layer) {
        return layer % share == 0;
    }

    /**
     * Makes sure that this is an indexer for such a model.
     *
     * @throws EngineException where layers, hidden size or rotation differ
     */
    void requireFor(Architecture a, Object file) {
        require(file, "layers", layers, a.layers());
        require(file, "hidden", hidden, a.hidden());
        if (!usualMasses.isEmpty()) {
            require(file, "usual_masses", usualMasses.size(), a.layers());
        }
        double theta = ropeTheta(a);
        if (Math.abs(ropeTheta / theta - 1) > THETA_TOLERANCE) {
            throw new EngineException(file + ": was trained with RoPE base " + ropeTheta + ", but the model has "
                    + theta + "; this indexer belongs to another model");
        }
    }

    private static void require(Object file, String field, int stated, int needed) {
        if (stated != needed) {
            throw new EngineException(file + ": field " + field + " is " + stated + ", but the model has " + needed
                    + "; this indexer belongs to another model");
        }
    }

    /**
     * The base of a model's rotation, as layers that see every position have it; 10000 where nothing is rotated.
     */
    public static double ropeTheta(Architecture a) {
        Rope rope = a.stack().stream()
                .filter(layer -> layer.window() == Integer.MAX_VALUE)
                .map(LayerDescription::rope)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        return rope == null ? 10_000 : rope.theta();
    }
}
