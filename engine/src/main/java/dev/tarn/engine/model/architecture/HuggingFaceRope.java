package dev.tarn.engine.model.architecture;

import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;
import dev.tarn.engine.format.JsonFields;
import org.jspecify.annotations.Nullable;

/**
 * Rotary embeddings of a config.json: in the older style {@code rope_theta}, {@code rope_scaling} and, for local layers, {@code
 * rope_local_base_freq}; in the newer one {@code rope_parameters}, where layer types differ with one object for each.
 */
final class HuggingFaceRope {
    static final String GLOBAL = "full_attention";
    static final String LOCAL = "sliding_attention";

    private final JsonFields config;
    private final String headField;
    private final double defaultTheta;
    private final @Nullable JsonFields parameters;

    HuggingFaceRope(JsonFields config, String headField, double defaultTheta) {
        this.config = config;
        this.headField = headField;
        this.defaultTheta = defaultTheta;
        this.parameters = config.findObject("rope_parameters");
    }

    /** The rotation of heads of {@code headDim} floats in layers of the type. */
    Rope read(int headDim, String layerType, RopeLayout layout) {
        JsonFields own = own(layerType);
        boolean older = parameters == null;
        boolean local = older && layerType.equals(LOCAL) && config.has("rope_local_base_freq");
        @Nullable JsonFields scaling = !older ? own : local ? null : config.findObject("rope_scaling");
        double theta = local
                ? config.floating("rope_local_base_freq")
                : own != null
                        ? own.floating("rope_theta", config.floating("rope_theta", defaultTheta))
                        : config.floating("rope_theta", defaultTheta);
        double share = config.floating("partial_rotary_factor", 1);
        if (own != null) {
            share = own.floating("partial_rotary_factor", share);
        }
        String field = share == 1 ? headField : "partial_rotary_factor";
        int dims = Checks.ropeDims(config.path(), field, (int) (headDim * share), headDim);
        String base = local ? "rope_local_base_freq" : "rope_theta";
        Checks.positive(config.path(), base, theta);
        return Checks.rotation(config.path(), base, scaling(scaling).rope(dims, theta, layout));
    }

    private @Nullable JsonFields own(String layerType) {
        if (parameters == null) {
            return null;
        }
        return parameters.isObject(layerType) ? parameters.object(layerType) : parameters;
    }

    /** What DeepSeek's attention scale is multiplied by: YaRN's magnitude over all dimensions, squared. */
    double attentionFactor() {
        @Nullable JsonFields scaling = parameters != null ? parameters : config.findObject("rope_scaling");
        if (scaling == null || type(scaling).equals("default") || scaling.floating("mscale_all_dim", 0) == 0) {
            return 1;
        }
        double magnitude = magnitude(scaling, "mscale_all_dim", factor(scaling));
        return magnitude * magnitude;
    }

    private static String type(JsonFields scaling) {
        return scaling.string("rope_type", scaling.string("type", "default"));
    }

    private RopeScaling scaling(@Nullable JsonFields scaling) {
        if (scaling == null) {
            return new RopeScaling.None();
        }
        return switch (type(scaling)) {
            case "default" -> new RopeScaling.None();
            case "linear" -> new RopeScaling.Linear(factor(scaling));
            case "llama3" -> llama3(scaling);
            case "yarn" -> yarn(scaling);
            default ->
                throw scaling.error(
                        scaling.has("rope_type") ? "rope_type" : "type",
                        "is '" + type(scaling) + "', which cannot be run; default, linear, llama3 and yarn can");
        };
    }

    private double factor(JsonFields scaling) {
        return Checks.positive(config.path(), "rope scaling factor", scaling.floating("factor"));
    }

    private double firstContext(JsonFields scaling) {
        int own = config.integer("original_max_position_embeddings", config.integer("max_position_embeddings", 0));
        return Checks.positive(
                config.path(),
                "original_max_position_embeddings",
                scaling.floating("original_max_position_embeddings", own));
    }

    private RopeScaling llama3(JsonFields scaling) {
        double low = Checks.positive(config.path(), "low_freq_factor", scaling.floating("low_freq_factor"));
        double high = scaling.floating("high_freq_factor");
        if (!(high > low)) {
            throw scaling.error("high_freq_factor", "is " + high + "; it must be above low_freq_factor " + low);
        }
        return new RopeScaling.Llama3(factor(scaling), low, high, firstContext(scaling));
    }

    private RopeScaling yarn(JsonFields scaling) {
        double factor = scaling.has("factor")
                ? factor(scaling)
                : config.integer("max_position_embeddings") / firstContext(scaling);
        double fast = Checks.positive(config.path(), "beta_fast", scaling.floating("beta_fast", 32));
        double slow = Checks.positive(config.path(), "beta_slow", scaling.floating("beta_slow", 1));
        double weight = scaling.floating("mscale", 0);
        double overall = scaling.floating("mscale_all_dim", 0);
        double magnitude = weight != 0 && overall != 0
                ? magnitude(scaling, "mscale", factor) / magnitude(scaling, "mscale_all_dim", factor)
                : RopeScaling.yarnMagnitude(factor, 1);
        return new RopeScaling.Yarn(
                factor,
                fast,
                slow,
                firstContext(scaling),
                scaling.bool("truncate", true),
                Checks.positive(config.path(), "attention_factor", scaling.floating("attention_factor", magnitude)));
    }

    /** YaRN's attention factor by the weight in {@code field}. */
    private double magnitude(JsonFields scaling, String field, double factor) {
        double magnitude = RopeScaling.yarnMagnitude(factor, scaling.floating(field));
        return Checks.positive(config.path(), "the attention factor of " + field, magnitude);
    }
}
