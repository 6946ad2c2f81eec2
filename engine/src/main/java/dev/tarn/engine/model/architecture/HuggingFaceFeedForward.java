package dev.tarn.engine.model.architecture;

import dev.tarn.engine.format.JsonFields;
import dev.tarn.engine.model.architecture.Family.Trait;
import dev.tarn.engine.model.architecture.FeedForward.Dense;
import dev.tarn.engine.model.architecture.FeedForward.Experts;
import dev.tarn.engine.model.architecture.FeedForward.Routing;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a config.json says of the MLP of each layer. */
final class HuggingFaceFeedForward {
    private final JsonFields config;
    private final Path path;
    private final Family family;
    private final Set<Integer> denseOnly;
    private final List<String> types;

    HuggingFaceFeedForward(JsonFields config, Family family, int layers) {
        this.config = config;
        this.path = config.path();
        this.family = family;
        this.denseOnly =
                Arrays.stream(config.integers("mlp_only_layers")).boxed().collect(Collectors.toSet());
        this.types = config.strings("mlp_layer_types");
        if (!types.isEmpty() && types.size() < layers) {
            throw config.error("mlp_layer_types", "has " + types.size() + " entries for " + layers + " layers");
        }
    }

    FeedForward read(int layer) {
        return isDense(layer) ? dense() : experts();
    }

    private boolean isDense(int layer) {
        if (family.has(Trait.LATENT)) {
            return types.isEmpty()
                    ? layer < denseLayers()
                    : switch (types.get(layer)) {
                        case "dense" -> true;
                        case "sparse" -> false;
                        default ->
                            throw config.error(
                                    "mlp_layer_types[" + layer + "]",
                                    "is '" + types.get(layer) + "', which cannot be run; dense and sparse can");
                    };
        }
        int step = Checks.positive(path, "decoder_sparse_step", config.integer("decoder_sparse_step", 1));
        return !family.has(Trait.EXPERTS) || denseOnly.contains(layer) || (layer + 1) % step != 0;
    }

    private int denseLayers() {
        return Checks.zeroOrMore(path, "first_k_dense_replace", config.integer("first_k_dense_replace", 3));
    }

    private Dense dense() {
        int size = family.has(Trait.GEMMA)
                ? config.integer("intermediate_size", 9216)
                : config.integer("intermediate_size");
        return new Dense(Checks.positive(path, "intermediate_size", size));
    }

    private Experts experts() {
        int count = Checks.count(path, countField(), config.integer(countField()));
        int used = Checks.between(path, "num_experts_per_tok", config.integer("num_experts_per_tok"), 1, count);
        int size = Checks.positive(path, "moe_intermediate_size", config.integer("moe_intermediate_size"));
        return family.has(Trait.LATENT)
                ? new Experts(count, used, size, sharedSize(size), sigmoid(count, used))
                : new Experts(count, used, size, 0, new Routing(false, 1, 1, config.bool("norm_topk_prob", false), 1));
    }

    private String countField() {
        for (String field : List.of("n_routed_experts", "num_experts")) {
            if (config.has(field)) {
                return field;
            }
        }
        return "num_local_experts";
    }

    private int sharedSize(int size) {
        int shared = Checks.between(path, "n_shared_experts", config.integer("n_shared_experts", 1), 0, 1 << 14);
        long total = (long) shared * size;
        String product = "n_shared_experts times moe_intermediate_size";
        return Checks.between(path, product, (int) Math.min(total, Integer.MAX_VALUE), 0, 1 << 30);
    }

    private Routing sigmoid(int count, int used) {
        require("scoring_func", "sigmoid");
        require("topk_method", "noaux_tc");
        if (config.integer("moe_layer_freq", 1) != 1) {
            throw config.error("moe_layer_freq", "is " + config.integer("moe_layer_freq") + "; only 1 can be run");
        }
        int groups = Checks.between(path, "n_group", config.integer("n_group", 1), 1, count);
        int usedGroups = Checks.between(path, "topk_group", config.integer("topk_group", 1), 1, groups);
        if (count % groups != 0 || (count / groups < 2 && groups > 1) || used > usedGroups * (count / groups)) {
            throw config.error(
                    "n_group",
                    "is " + groups + ": " + count + " experts in " + groups + " groups, of which " + usedGroups
                            + " are used, cannot give " + used + " experts to a token");
        }
        double factor = config.floating("routed_scaling_factor", 2.5);
        return new Routing(true, groups, usedGroups, config.bool("norm_topk_prob", true), (float)
                Checks.positive(path, "routed_scaling_factor", factor));
    }

    private void require(String field, String value) {
        if (!config.string(field, value).equals(value)) {
            throw config.error(field, "is '" + config.string(field) + "', which cannot be run; " + value + " can");
        }
    }
}
