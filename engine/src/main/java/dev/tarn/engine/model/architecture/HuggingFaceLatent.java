package dev.tarn.engine.model.architecture;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;
import dev.tarn.engine.format.JsonFields;
import dev.tarn.engine.model.architecture.Family.Trait;
import java.nio.file.Path;
import java.util.List;

/**
 * What the config.json of a native DSA checkpoint says of latent attention and of its indexer. Fields are read when asked for:
 * other families lack them.
 */
final class HuggingFaceLatent {
    /** Not in the configuration: the default of transformers' RMSNorm, and its LayerNorm of index keys. */
    private static final float LATENT_NORM_EPS = 1e-6f;

    static final String ROPE_DIM = "qk_rope_head_dim";
    private static final int MOST_LAYERS_SKIPPED = 1 << 12;

    private final JsonFields config;
    private final Path path;
    private final Family family;

    HuggingFaceLatent(JsonFields config, Family family) {
        this.config = config;
        this.path = config.path();
        this.family = family;
    }

    private int size(String field) {
        return Checks.headSize(path, field, config.integer(field));
    }

    /** Dimensions of a query head, and of the shared key, that rotate. */
    int ropeDim() {
        return size(ROPE_DIM);
    }

    /** Attention over cached latents. */
    AttentionShape shape() {
        int latent = size("kv_lora_rank");
        int queryDim = size("qk_nope_head_dim") + ropeDim();
        double scale = new HuggingFaceRope(config, ROPE_DIM, 10_000).attentionFactor() / Math.sqrt(queryDim);
        int heads = Checks.count(path, "num_attention_heads", config.integer("num_attention_heads"));
        return new AttentionShape(heads, 1, latent + ropeDim(), latent, (float) scale);
    }

    AttentionProjection projection() {
        return new AttentionProjection.Latent(
                size("q_lora_rank"),
                size("kv_lora_rank"),
                size("qk_nope_head_dim"),
                ropeDim(),
                size("v_head_dim"),
                LATENT_NORM_EPS,
                config.bool("attention_bias", false));
    }

    /** The rotation where it takes place: behind the latent, in cached keys and in queries against them. */
    Rope placed(Rope rope) {
        return rope.at(size("kv_lora_rank"), layout(config.bool("rope_interleave", true)));
    }

    private static RopeLayout layout(boolean interleaved) {
        return interleaved ? RopeLayout.INTERLEAVED : RopeLayout.HALF_SPLIT;
    }

    IndexerDescription indexer() {
        int dim = size("index_head_dim");
        Rope rope = new HuggingFaceRope(config, ROPE_DIM, 10_000)
                .read(
                        ropeDim(),
                        HuggingFaceRope.GLOBAL,
                        layout(config.bool("indexer_rope_interleave", family.has(Trait.INDEXER_ROPE_INTERLEAVED))));
        Checks.ropeDims(path, "index_head_dim", rope.dims(), dim);
        return new IndexerDescription(
                Checks.count(path, "index_n_heads", config.integer("index_n_heads")),
                dim,
                Checks.positive(path, "index_topk", config.integer("index_topk")),
                LATENT_NORM_EPS,
                rope);
    }

    /** For each layer, whether it uses the selection of the last layer with an indexer of its own. */
    boolean[] sharesSelection(int layers) {
        boolean[] shared = new boolean[layers];
        if (family == Family.GLM_MOE_DSA) {
            List<String> types = config.strings("indexer_types");
            for (int layer = 0; layer < layers; layer++) {
                shared[layer] = types.isEmpty() ? sharedByPattern(layer) : isShared(types, layer);
            }
            if (shared[0]) {
                throw config.error("indexer_types", "begins with a shared layer, which has no selection to share");
            }
        }
        return shared;
    }

    private boolean isShared(List<String> types, int layer) {
        String type = layer < types.size() ? types.get(layer) : "missing";
        return switch (type) {
            case "full" -> false;
            case "shared" -> true;
            default ->
                throw config.error(
                        "indexer_types[" + layer + "]", "is '" + type + "', which cannot be run; full and shared can");
        };
    }

    /** Where the types are not listed: a string of F and S, or a full layer every {@code index_topk_freq} layers. */
    private boolean sharedByPattern(int layer) {
        if (config.has("index_topk_pattern")) {
            String pattern = config.string("index_topk_pattern");
            if (layer >= pattern.length() || "FS".indexOf(pattern.charAt(layer)) < 0) {
                throw config.error(
                        "index_topk_pattern", "is '" + pattern + "', which gives layer " + layer + " no F or S");
            }
            return pattern.charAt(layer) == 'S';
        }
        int every = Checks.positive(path, "index_topk_freq", config.integer("index_topk_freq", 1));
        String skipped = "index_skip_topk_offset";
        int offset = Checks.between(path, skipped, config.integer(skipped, 2), 0, MOST_LAYERS_SKIPPED);
        return Math.max(0, layer - offset + 1) % every != 0;
    }
}
