package dev.tarn.engine.model.architecture;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.Activation;
import dev.tarn.engine.compute.RopeLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The families of models that can be run: what they are called, and what of them no configuration file says. */
enum Family {
    LLAMA("llama", "llama", RopeLayout.INTERLEAVED),
    MISTRAL("mistral", null, RopeLayout.INTERLEAVED),
    QWEN2("qwen2", "qwen2", RopeLayout.HALF_SPLIT, Trait.QKV_BIAS),
    QWEN3("qwen3", "qwen3", RopeLayout.HALF_SPLIT, Trait.QK_NORM),
    QWEN3_MOE("qwen3_moe", "qwen3moe", RopeLayout.HALF_SPLIT, Trait.QK_NORM, Trait.EXPERTS),
    SMOLLM3("smollm3", "smollm3", RopeLayout.INTERLEAVED, Trait.SOME_LAYERS_WITHOUT_ROPE),
    GEMMA3("gemma3_text", "gemma3", RopeLayout.HALF_SPLIT, Trait.QK_NORM, Trait.GEMMA),
    DEEPSEEK_V32("deepseek_v32", null, RopeLayout.INTERLEAVED, Trait.LATENT),
    GLM_MOE_DSA("glm_moe_dsa", null, RopeLayout.INTERLEAVED, Trait.LATENT, Trait.INDEXER_ROPE_INTERLEAVED);

    /** What sets a family apart from Llama. */
    enum Trait {
        /** Biases on the maps to queries, keys and values, whatever the configuration says. */
        QKV_BIAS,
        /** RMSNorm of each head of queries and keys. */
        QK_NORM,
        /** Mixture of experts with a softmax router. */
        EXPERTS,
        /** Every fourth layer, or those listed, do not rotate. */
        SOME_LAYERS_WITHOUT_ROPE,
        /** Local and global layers, norms around both halves of a layer, gains stored minus 1, scaled embeddings, GELU. */
        GEMMA,
        /** Latent attention with an indexer, experts with a sigmoid router. */
        LATENT,
        /** The indexer's rotation pairs neighbours, as the attention's does. */
        INDEXER_ROPE_INTERLEAVED
    }

    private final @Nullable String huggingFace;
    private final @Nullable String gguf;
    /** How GGUF's rows of queries and keys are ordered. */
    final RopeLayout ggufLayout;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of cannot be changed
    private final Set<Trait> traits;

    Family(@Nullable String huggingFace, @Nullable String gguf, RopeLayout ggufLayout, Trait... traits) {
        this.huggingFace = huggingFace;
        this.gguf = gguf;
        this.ggufLayout = ggufLayout;
        this.traits = Set.of(traits);
    }

    boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /** The gate's function where the file does not name one. */
    Activation activation() {
        return has(Trait.GEMMA) ? Activation.GELU_TANH : Activation.SILU;
    }

    /** The family with this {@code model_type}. */
    static Family ofHuggingFace(String name, Path path) {
        return find(name, path, family -> family.huggingFace, "config.json");
    }

    /** The family with this {@code general.architecture}. */
    static Family ofGguf(String name, Path path) {
        return find(name, path, family -> family.gguf, "GGUF");
    }

    private static Family find(String name, Path path, Function<Family, @Nullable String> nameIn, String kind) {
        for (Family family : values()) {
            if (name.equals(nameIn.apply(family))) {
                return family;
            }
        }
        String supported = Arrays.stream(values())
                .map(nameIn)
                .filter(Objects::nonNull)
                .map(text -> Objects.requireNonNull(text).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        throw new EngineException(path + ": architecture '" + name + "' cannot be run; supported architectures in "
                + kind + ": " + supported);
    }
}
