package dev.tarn.engine.model;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;
import dev.tarn.engine.format.GgufMetadata;
import dev.tarn.engine.format.JsonFields;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads an {@link Architecture} from GGUF metadata or from a Hugging Face config.json. */
final class ArchitectureReader {
    private static final String SUPPORTED = "llama";
    private static final double DEFAULT_THETA = 10_000;

    private ArchitectureReader() {}

    /** The architecture in {@code general.architecture} and the keys under its name. */
    static Architecture read(GgufMetadata gguf, int vocabulary) {
        String name = gguf.string("general.architecture");
        requireSupported(name, gguf.path());
        String prefix = name + ".";
        String scaling = gguf.string(prefix + "rope.scaling.type", "none");
        if (!scaling.equals("none")) {
            throw gguf.error(prefix + "rope.scaling.type", "is '" + scaling + "', which cannot be run; none can");
        }
        int hidden = gguf.integer(prefix + "embedding_length");
        int heads = gguf.integer(prefix + "attention.head_count");
        int kvHeads = gguf.integer(prefix + "attention.head_count_kv", heads);
        int headDim = gguf.integer(prefix + "attention.key_length", heads > 0 ? hidden / heads : 0);
        int ropeDims = gguf.integer(prefix + "rope.dimension_count", headDim);
        double theta = gguf.floating(prefix + "rope.freq_base", (float) DEFAULT_THETA);
        return checked(
                gguf.path(),
                new Architecture(
                        name,
                        gguf.integer(prefix + "block_count"),
                        hidden,
                        attention(gguf.path(), heads, kvHeads, headDim),
                        gguf.integer(prefix + "feed_forward_length"),
                        vocabulary,
                        gguf.integer(prefix + "context_length"),
                        gguf.floating(prefix + "attention.layer_norm_rms_epsilon"),
                        rope(gguf.path(), ropeDims, headDim, theta, RopeLayout.INTERLEAVED)));
    }

    /** The architecture in a config.json, older ({@code rope_theta}) or newer ({@code rope_parameters}) style. */
    static Architecture read(JsonFields config) {
        String name = config.string("model_type");
        requireSupported(name, config.path());
        int hidden = config.integer("hidden_size");
        int heads = config.integer("num_attention_heads");
        int kvHeads = config.integer("num_key_value_heads", heads);
        int headDim = config.integer("head_dim", heads > 0 ? hidden / heads : 0);
        return checked(
                config.path(),
                new Architecture(
                        name,
                        config.integer("num_hidden_layers"),
                        hidden,
                        attention(config.path(), heads, kvHeads, headDim),
                        config.integer("intermediate_size"),
                        config.integer("vocab_size"),
                        config.integer("max_position_embeddings"),
                        (float) config.floating("rms_norm_eps"),
                        rope(config.path(), headDim, headDim, theta(config), RopeLayout.HALF_SPLIT)));
    }

    private static void requireSupported(String name, Path path) {
        if (!name.equals(SUPPORTED)) {
            throw new EngineException(
                    path + ": architecture '" + name + "' cannot be run; supported architectures: " + SUPPORTED);
        }
    }

    private static double theta(JsonFields config) {
        JsonFields rope = config.findObject("rope_parameters");
        @Nullable JsonFields scaling = rope != null ? rope : config.findObject("rope_scaling");
        if (scaling != null) {
            String type = scaling.string("rope_type", scaling.string("type", "default"));
            if (!type.equals("default")) {
                throw scaling.error("rope_type", "is '" + type + "', which cannot be run; default can");
            }
        }
        double theta = config.floating("rope_theta", DEFAULT_THETA);
        return rope != null ? rope.floating("rope_theta", theta) : theta;
    }

    private static AttentionShape attention(Path path, int heads, int kvHeads, int headDim) {
        if (heads < 1 || kvHeads < 1 || headDim < 1 || heads % kvHeads != 0) {
            throw new EngineException(path + ": " + heads + " heads over " + kvHeads + " KV heads of dimension "
                    + headDim + " is no grouped-query attention; the file is damaged");
        }
        return new AttentionShape(heads, kvHeads, headDim, headDim, (float) (1 / Math.sqrt(headDim)));
    }

    private static Rope rope(Path path, int dims, int headDim, double theta, RopeLayout layout) {
        if (dims < 2 || dims % 2 != 0 || dims > headDim || !(theta > 0)) {
            throw new EngineException(path + ": rotary embedding over " + dims + " of " + headDim
                    + " dimensions with base " + theta + " is impossible; the file is damaged");
        }
        return Rope.ofTheta(dims, theta, layout);
    }

    private static Architecture checked(Path path, Architecture a) {
        requirePositive(path, "layers", a.layers());
        requirePositive(path, "hidden size", a.hidden());
        requirePositive(path, "feed-forward size", a.feedForward());
        requirePositive(path, "vocabulary", a.vocabulary());
        requirePositive(path, "context length", a.contextLength());
        if (!(a.normEps() > 0)) {
            throw new EngineException(path + ": norm epsilon is " + a.normEps() + "; it must be positive");
        }
        return a;
    }

    private static void requirePositive(Path path, String what, int value) {
        if (value < 1) {
            throw new EngineException(path + ": " + what + " is " + value + "; it must be at least 1");
        }
    }
}
