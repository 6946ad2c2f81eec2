package dev.tarn.engine.model.architecture;

import dev.tarn.engine.compute.Activation;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.format.JsonFields;
import dev.tarn.engine.model.architecture.Family.Trait;
import java.nio.file.Path;

/** Reads an {@link Architecture} from a Hugging Face config.json, in the older or the newer style. */
public final class HuggingFaceReader {
    private static final String MULTIMODAL_GEMMA = "gemma3";
    private static final double DEFAULT_EPS = 1e-6;

    private final JsonFields config;
    private final Path path;
    private final Family family;

    private HuggingFaceReader(JsonFields config, Family family) {
        this.config = config;
        this.path = config.path();
        this.family = family;
    }

    /**
     * The architecture of a config.json; of a multimodal Gemma 3 that of its text model.
     *
     * @throws dev.tarn.engine.EngineException where it, or something it asks for, cannot be run
     */
    public static Architecture read(JsonFields config) {
        rejectQuantisation(config);
        String name = config.string("model_type");
        if (name.equals(MULTIMODAL_GEMMA)) {
            JsonFields text = config.object("text_config");
            rejectQuantisation(text);
            return new HuggingFaceReader(text, Family.GEMMA3).read("gemma3_text");
        }
        return new HuggingFaceReader(config, Family.ofHuggingFace(name, config.path())).read(name);
    }

    private static void rejectQuantisation(JsonFields config) {
        JsonFields quantised = config.findObject("quantization_config");
        if (quantised != null) {
            throw config.error(
                    "quantization_config",
                    "says that weights are stored by '" + quantised.string("quant_method", "?")
                            + "', which cannot be read; give a checkpoint in F32, F16 or BF16, or a GGUF file");
        }
    }

    private Architecture read(String name) {
        int hidden = Checks.positive(path, "hidden_size", config.integer("hidden_size"));
        boolean latent = family.has(Trait.LATENT);
        HuggingFaceLatent mla = new HuggingFaceLatent(config, family);
        rejectOptions();
        return new Architecture(
                name,
                hidden,
                Checks.positive(path, "vocab_size", integer("vocab_size", 262_208)),
                Checks.positive(path, "max_position_embeddings", integer("max_position_embeddings", 131_072)),
                (float) Checks.positive(path, "rms_norm_eps", config.floating("rms_norm_eps", DEFAULT_EPS)),
                family.has(Trait.GEMMA) ? 1 : 0,
                family.has(Trait.GEMMA),
                embedding(hidden),
                latent ? mla.shape() : heads(hidden),
                latent ? mla.projection() : grouped(),
                activation(),
                config.bool("mlp_bias", false),
                latent ? mla.indexer() : null,
                ContextStretch.NONE,
                layers(latent, hidden).read());
    }

    private HuggingFaceLayers layers(boolean latent, int hidden) {
        return latent
                ? new HuggingFaceLayers(
                        config, family, HuggingFaceLatent.ROPE_DIM, new HuggingFaceLatent(config, family).ropeDim())
                : new HuggingFaceLayers(config, family, "head_dim", headDim(hidden));
    }

    /** An integer that Gemma 3's configurations may leave out. */
    private int integer(String field, int gemma) {
        return family.has(Trait.GEMMA) ? config.integer(field, gemma) : config.integer(field);
    }

    private void rejectOptions() {
        if (config.floating("attn_logit_softcapping", 0) != 0) {
            throw config.error("attn_logit_softcapping", "is set, which cannot be run: scores are not capped");
        }
        if (config.bool("use_bidirectional_attention", false)) {
            throw config.error(
                    "use_bidirectional_attention", "is true, which cannot be run: a decoder looks back only");
        }
    }

    private EmbeddingDescription embedding(int hidden) {
        boolean tied = config.bool("tie_word_embeddings", family.has(Trait.GEMMA) || family == Family.SMOLLM3);
        float scale = family.has(Trait.GEMMA) ? (float) Math.sqrt(hidden) : 1;
        double cap = config.floating("final_logit_softcapping", 0);
        return new EmbeddingDescription(scale, tied, Checks.positiveOrZero(path, "final_logit_softcapping", cap));
    }

    private int attentionHeads() {
        return Checks.count(path, "num_attention_heads", integer("num_attention_heads", 8));
    }

    private int headDim(int hidden) {
        int even = family.has(Trait.GEMMA) ? 256 : hidden / attentionHeads();
        return Checks.headSize(path, "head_dim", config.integer("head_dim", even));
    }

    private AttentionShape heads(int hidden) {
        int heads = attentionHeads();
        int headDim = headDim(hidden);
        String kvField = "num_key_value_heads";
        int kvHeads = Checks.count(path, kvField, config.integer(kvField, family.has(Trait.GEMMA) ? 4 : heads));
        double scalar = family.has(Trait.GEMMA) ? config.floating("query_pre_attn_scalar", 256) : headDim;
        double scale = 1 / Math.sqrt(Checks.positive(path, "query_pre_attn_scalar", scalar));
        Checks.shared(path, "num_attention_heads", heads, kvField, kvHeads);
        return new AttentionShape(heads, kvHeads, headDim, headDim, (float) scale);
    }

    private AttentionProjection grouped() {
        boolean bias = config.bool("attention_bias", false);
        return new AttentionProjection.Grouped(
                family.has(Trait.QK_NORM), bias || family.has(Trait.QKV_BIAS), bias && !family.has(Trait.QKV_BIAS));
    }

    private Activation activation() {
        String field = config.has("hidden_activation") ? "hidden_activation" : "hidden_act";
        if (!config.has(field)) {
            return family.activation();
        }
        return switch (config.string(field)) {
            case "silu", "swish" -> Activation.SILU;
            case "gelu_pytorch_tanh", "gelu_new" -> Activation.GELU_TANH;
            default ->
                throw config.error(
                        field,
                        "is '" + config.string(field) + "', which cannot be run; silu and gelu_pytorch_tanh can");
        };
    }
}
