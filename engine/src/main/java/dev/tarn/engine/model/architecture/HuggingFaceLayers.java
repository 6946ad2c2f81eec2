package dev.tarn.engine.model.architecture;

import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;
import dev.tarn.engine.format.JsonFields;
import dev.tarn.engine.model.architecture.Family.Trait;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a config.json says of each layer: rotation, window, MLP. */
final class HuggingFaceLayers {
    private static final int ALL = Integer.MAX_VALUE;
    private static final Set<String> SEES_ALL =
            Set.of(HuggingFaceRope.GLOBAL, "indexed_attention", "deepseek_sparse_attention");

    private final JsonFields config;
    private final Path path;
    private final Family family;
    private final int layers;
    private final int window;
    private final List<String> types;
    private final int[] rotated;
    private final HuggingFaceLatent latent;
    private final Rope global;
    private final Rope local;

    /**
     * Of heads with {@code headDim} floats that can rotate.
     *
     * @param headField the field that says so
     */
    HuggingFaceLayers(JsonFields config, Family family, String headField, int headDim) {
        this.config = config;
        this.path = config.path();
        this.family = family;
        this.layers = Checks.layers(
                path,
                "num_hidden_layers",
                family.has(Trait.GEMMA)
                        ? config.integer("num_hidden_layers", 26)
                        : config.integer("num_hidden_layers"));
        this.window = window();
        this.types = config.strings("layer_types");
        this.rotated = config.integers("no_rope_layers");
        requireLength("layer_types", types.size());
        requireLength("no_rope_layers", rotated.length);
        HuggingFaceRope rope = new HuggingFaceRope(config, headField, theta());
        Rope everywhere = rope.read(headDim, HuggingFaceRope.GLOBAL, RopeLayout.HALF_SPLIT);
        this.latent = new HuggingFaceLatent(config, family);
        this.global = family.has(Trait.LATENT) ? latent.placed(everywhere) : everywhere;
        this.local = rope.read(headDim, HuggingFaceRope.LOCAL, RopeLayout.HALF_SPLIT);
    }

    private double theta() {
        return switch (family) {
            case GEMMA3 -> 1_000_000;
            case SMOLLM3 -> 2_000_000;
            default -> 10_000;
        };
    }

    private void requireLength(String field, int length) {
        if (length != 0 && length < layers) {
            throw config.error(field, "has " + length + " entries for " + layers + " layers");
        }
    }

    List<LayerDescription> read() {
        List<LayerDescription> stack = new ArrayList<>();
        HuggingFaceFeedForward feedForward = new HuggingFaceFeedForward(config, family, layers);
        boolean[] shared = latent.sharesSelection(layers);
        for (int layer = 0; layer < layers; layer++) {
            boolean sliding = isSliding(layer);
            Rope rope = sliding ? local : global;
            stack.add(new LayerDescription(
                    rotates(layer) ? rope : null, sliding ? window : ALL, shared[layer], feedForward.read(layer)));
        }
        return stack;
    }

    private boolean rotates(int layer) {
        if (!family.has(Trait.SOME_LAYERS_WITHOUT_ROPE)) {
            return true;
        }
        if (rotated.length > 0) {
            return rotated[layer] != 0;
        }
        int interval = Checks.positive(path, "no_rope_layer_interval", config.integer("no_rope_layer_interval", 4));
        return (layer + 1) % interval != 0;
    }

    /** The window of the layers that have one; 0 where the model has none. */
    private int window() {
        boolean stated = config.names().contains("sliding_window");
        int size = config.integer("sliding_window", stated ? 0 : 4096);
        boolean used = switch (family) {
            case MISTRAL, GEMMA3 -> true;
            case QWEN2, QWEN3, QWEN3_MOE, SMOLLM3 -> config.bool("use_sliding_window", false);
            case LLAMA, DEEPSEEK_V32, GLM_MOE_DSA -> false;
        };
        return used && size != 0 ? Checks.positive(path, "sliding_window", size) : 0;
    }

    private boolean isSliding(int layer) {
        if (!types.isEmpty()) {
            String type = types.get(layer);
            if (!type.equals(HuggingFaceRope.LOCAL) && !SEES_ALL.contains(type)) {
                throw config.error(
                        "layer_types[" + layer + "]",
                        "is '" + type + "', which cannot be run; full_attention and" + " sliding_attention can");
            }
            if (type.equals(HuggingFaceRope.LOCAL) && window == 0) {
                throw config.error(
                        "layer_types[" + layer + "]", "is sliding_attention, but no sliding_window is in use");
            }
            return type.equals(HuggingFaceRope.LOCAL);
        }
        return window != 0 && slidesByDefault(layer);
    }

    private boolean slidesByDefault(int layer) {
        return switch (family) {
            case GEMMA3 -> (layer + 1) % pattern() != 0;
            case QWEN2, QWEN3 -> layer >= firstWindowLayer();
            case SMOLLM3 -> !rotates(layer);
            default -> true;
        };
    }

    private int firstWindowLayer() {
        return Checks.zeroOrMore(path, "max_window_layers", config.integer("max_window_layers", 28));
    }

    private int pattern() {
        int older = config.integer("sliding_window_pattern", 6);
        return Checks.positive(path, "sliding_window_pattern", config.integer("_sliding_window_pattern", older));
    }
}
