package dev.tarn.engine.model.architecture;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.format.GgufMetadata;
import dev.tarn.engine.format.TensorFile;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.format.TensorView;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Rotary embeddings of a GGUF file: llama.cpp's {@code rope.*} keys, and the divisors in the tensor {@code rope_freqs.weight}. */
final class GgufRope {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final String DIVISORS = "rope_freqs.weight";
    private static final float DEFAULT_THETA = 10_000;

    private final GgufMetadata gguf;
    private final TensorFile tensors;
    private final Family family;
    private final String prefix;
    private final int contextLength;
    private final int dims;

    GgufRope(GgufMetadata gguf, TensorFile tensors, Family family, String prefix, int headDim) {
        this.gguf = gguf;
        this.tensors = tensors;
        this.family = family;
        this.prefix = prefix + "rope.";
        this.contextLength = gguf.integer(prefix + "context_length");
        String key = prefix + "rope.dimension_count";
        String stated = gguf.has(key) ? key : prefix + "attention.key_length";
        this.dims = Checks.ropeDims(gguf.path(), stated, gguf.integer(key, headDim), headDim);
    }

    /** The rotation in layers that see everything. */
    Rope global() {
        String key = prefix + "freq_base";
        double theta = Checks.positive(gguf.path(), key, gguf.floating(key, DEFAULT_THETA));
        Rope rope = scaling().rope(dims, theta, family.ggufLayout);
        divide(rope.frequencies());
        return Checks.rotation(gguf.path(), key, rope);
    }

    /** The rotation in Gemma 3's sliding-window layers: its own base, never scaled. */
    Rope local() {
        float theta = gguf.floating(prefix + "freq_base_swa", DEFAULT_THETA);
        return Rope.ofTheta(dims, Checks.positive(gguf.path(), prefix + "freq_base_swa", theta), family.ggufLayout);
    }

    private void divide(double[] frequencies) {
        TensorView divisors = tensors.find(DIVISORS);
        if (divisors == null) {
            return;
        }
        if (divisors.type() != TensorType.F32 || divisors.elements() != frequencies.length) {
            throw new EngineException(
                    gguf.path() + ": tensor " + divisors + " does not hold one F32 divisor for each of "
                            + frequencies.length + " rotary frequencies; the file is damaged");
        }
        for (int i = 0; i < frequencies.length; i++) {
            float divisor = divisors.data().getAtIndex(FLOAT, i);
            frequencies[i] /= Checks.positive(gguf.path(), "a divisor in tensor " + DIVISORS, divisor);
        }
    }

    private RopeScaling scaling() {
        String key = prefix + "scaling.type";
        // Files from before the key have a factor alone, and before that one of another name (llama.cpp).
        String type = gguf.string(key, "linear");
        float factor = gguf.floating(prefix + "scaling.factor", gguf.floating(prefix + "scale_linear", 0));
        return switch (type) {
            case "none" -> new RopeScaling.None();
            case "linear" -> factor == 0 ? new RopeScaling.None() : new RopeScaling.Linear(checked(factor));
            case "yarn" -> yarn(checked(factor));
            default -> throw gguf.error(key, "is '" + type + "', which cannot be run; none, linear and yarn can");
        };
    }

    private double checked(float factor) {
        return Checks.positive(gguf.path(), prefix + "scaling.factor", factor);
    }

    private RopeScaling yarn(double factor) {
        String contextKey = prefix + "scaling.original_context_length";
        double context = gguf.integer(contextKey, contextLength);
        return new RopeScaling.Yarn(
                factor,
                positive("scaling.yarn_beta_fast", 32),
                positive("scaling.yarn_beta_slow", 1),
                Checks.positive(gguf.path(), contextKey, context),
                true,
                RopeScaling.yarnMagnitude(factor, 1) * positive("scaling.attn_factor", 1));
    }

    private double positive(String key, float otherwise) {
        return Checks.positive(gguf.path(), prefix + key, gguf.floating(prefix + key, otherwise));
    }
}
