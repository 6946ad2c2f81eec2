package dev.tarn.engine.model.architecture;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.format.GgufMetadata;
import dev.tarn.engine.format.TensorFile;
import dev.tarn.engine.model.architecture.Family.Trait;
import dev.tarn.engine.model.architecture.FeedForward.Dense;
import dev.tarn.engine.model.architecture.FeedForward.Experts;
import dev.tarn.engine.model.architecture.FeedForward.Routing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads an {@link Architecture} from a GGUF file: llama.cpp's metadata keys under the architecture's name. What its metadata does
 * not say (biases, scaled frequencies) the tensors show.
 */
public final class GgufReader {
    private static final int ALL = Integer.MAX_VALUE;
    private static final int NO_ROPE_INTERVAL = 4;
    private static final int GEMMA_PATTERN = 6;
    /** Layers of Gemma 3 27B, whose queries are scaled by hidden / heads and not by the head dimension (llama.cpp). */
    private static final int GEMMA_27B_LAYERS = 62;

    private final GgufMetadata gguf;
    private final TensorFile tensors;
    private final Path path;
    private final Family family;
    private final String prefix;
    private final int layers;
    private final int hidden;
    private final AttentionShape attention;

    private GgufReader(GgufMetadata gguf, TensorFile tensors, Family family, String name) {
        this.gguf = gguf;
        this.tensors = tensors;
        this.path = gguf.path();
        this.family = family;
        this.prefix = name + ".";
        this.layers = Checks.layers(path, prefix + "block_count", gguf.integer(prefix + "block_count"));
        this.hidden = size("embedding_length");
        this.attention = attention();
    }

    /**
     * The architecture of a GGUF file.
     *
     * @param vocabulary rows of its embedding
     * @throws dev.tarn.engine.EngineException where it, or something it asks for, cannot be run
     */
    public static Architecture read(GgufMetadata gguf, TensorFile tensors, int vocabulary) {
        String name = gguf.string("general.architecture");
        return new GgufReader(gguf, tensors, Family.ofGguf(name, gguf.path()), name).read(name, vocabulary);
    }

    private Architecture read(String name, int vocabulary) {
        boolean gemma = family.has(Trait.GEMMA);
        String epsKey = prefix + "attention.layer_norm_rms_epsilon";
        String capKey = prefix + "final_logit_softcapping";
        return new Architecture(
                name,
                hidden,
                Checks.positive(path, "vocabulary", vocabulary),
                size("context_length"),
                (float) Checks.positive(path, epsKey, gguf.floating(epsKey)),
                0,
                gemma,
                new EmbeddingDescription(
                        gemma ? (float) Math.sqrt(hidden) : 1,
                        tensors.find("output.weight") == null,
                        Checks.positiveOrZero(path, capKey, gguf.floating(capKey, 0))),
                attention,
                new AttentionProjection.Grouped(
                        family.has(Trait.QK_NORM),
                        family.has(Trait.QKV_BIAS) || hasBias("attn_q"),
                        hasBias("attn_output")),
                family.activation(),
                hasBias("ffn_gate"),
                null,
                ContextStretch.NONE,
                stack());
    }

    /** A required size, at least 1. */
    private int size(String key) {
        return Checks.positive(path, prefix + key, gguf.integer(prefix + key));
    }

    private boolean hasBias(String part) {
        return tensors.find("blk.0." + part + ".bias") != null;
    }

    private AttentionShape attention() {
        String headsKey = prefix + "attention.head_count";
        String kvKey = prefix + "attention.head_count_kv";
        String keyKey = prefix + "attention.key_length";
        String valueKey = prefix + "attention.value_length";
        int heads = Checks.count(path, headsKey, gguf.integer(headsKey));
        int kvHeads = Checks.count(path, kvKey, gguf.integer(kvKey, heads));
        int keyDim = Checks.headSize(path, keyKey, gguf.integer(keyKey, hidden / heads));
        int valueDim = Checks.headSize(path, valueKey, gguf.integer(valueKey, keyDim));
        Checks.shared(path, headsKey, heads, kvKey, kvHeads);
        boolean byWidth = family.has(Trait.GEMMA) && layers == GEMMA_27B_LAYERS;
        double scalar = byWidth ? (double) hidden / heads : keyDim;
        return new AttentionShape(heads, kvHeads, keyDim, valueDim, (float) (1 / Math.sqrt(scalar)));
    }

    private List<LayerDescription> stack() {
        GgufRope rope = new GgufRope(gguf, tensors, family, prefix, attention.keyDim());
        Rope global = rope.global();
        Rope local = family.has(Trait.GEMMA) ? rope.local() : global;
        int window = window();
        List<LayerDescription> stack = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            boolean sliding = window != ALL && isSliding(layer);
            boolean rotates = !family.has(Trait.SOME_LAYERS_WITHOUT_ROPE) || (layer + 1) % NO_ROPE_INTERVAL != 0;
            stack.add(new LayerDescription(
                    rotates ? sliding ? local : global : null, sliding ? window : ALL, false, feedForward()));
        }
        return stack;
    }

    private int window() {
        String key = prefix + "attention.sliding_window";
        int window = family.has(Trait.GEMMA) ? gguf.integer(key) : gguf.integer(key, 0);
        if (window == 0) {
            return ALL;
        }
        if (family != Family.LLAMA && family != Family.GEMMA3) {
            throw gguf.error(key, "is " + window + ", but which layers of this architecture have a window is unknown");
        }
        return Checks.positive(path, key, window);
    }

    private boolean isSliding(int layer) {
        String key = prefix + "attention.sliding_window_pattern";
        if (gguf.isArray(key)) {
            boolean[] sliding = gguf.bools(key);
            if (sliding.length < layers) {
                throw gguf.error(key, "has " + sliding.length + " entries for " + layers + " layers");
            }
            return sliding[layer];
        }
        int pattern = Checks.positive(path, key, gguf.integer(key, family.has(Trait.GEMMA) ? GEMMA_PATTERN : ALL));
        return pattern == ALL || (layer + 1) % pattern != 0;
    }

    private FeedForward feedForward() {
        String countKey = prefix + "expert_count";
        int count = family.has(Trait.EXPERTS) ? gguf.integer(countKey) : gguf.integer(countKey, 0);
        if (!family.has(Trait.EXPERTS)) {
            if (count != 0) {
                throw gguf.error(countKey, "is " + count + ": experts cannot be run in this architecture");
            }
            return new Dense(size("feed_forward_length"));
        }
        Checks.count(path, countKey, count);
        String usedKey = prefix + "expert_used_count";
        return new Experts(
                count,
                Checks.between(path, usedKey, gguf.integer(usedKey), 1, count),
                size("expert_feed_forward_length"),
                0,
                // llama.cpp runs this architecture with normalised weights; GGUF does not say.
                new Routing(false, 1, 1, true, 1));
    }
}
