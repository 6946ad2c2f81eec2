package dev.tarn.engine.inspect;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.format.GgufMetadata;
import dev.tarn.engine.format.JsonFields;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;

/**
 * The sizes that a model's metadata states, each absent where it does not. These are the usual names of the fields, so they can be
 * read of architectures that cannot be run.
 *
 * @param layers decoder layers
 * @param hidden floats of the residual stream
 * @param feedForward floats inside the gated MLP
 * @param heads query heads
 * @param kvHeads KV heads
 * @param context tokens the model was trained for
 * @param experts experts of a layer
 */
public record Dimensions(
        OptionalInt layers,
        OptionalInt hidden,
        OptionalInt feedForward,
        OptionalInt heads,
        OptionalInt kvHeads,
        OptionalInt context,
        OptionalInt experts) {
    static Dimensions of(GgufMetadata gguf, String architecture) {
        ToIntFunction<String> read = key -> gguf.integer(architecture + "." + key);
        return new Dimensions(
                stated(read, "block_count"),
                stated(read, "embedding_length"),
                stated(read, "feed_forward_length"),
                stated(read, "attention.head_count"),
                stated(read, "attention.head_count_kv"),
                stated(read, "context_length"),
                stated(read, "expert_count"));
    }

    static Dimensions of(JsonFields config) {
        JsonFields text = config.isObject("text_config") ? config.object("text_config") : config;
        ToIntFunction<String> read = text::integer;
        return new Dimensions(
                stated(read, "num_hidden_layers"),
                stated(read, "hidden_size"),
                stated(read, "intermediate_size"),
                stated(read, "num_attention_heads"),
                stated(read, "num_key_value_heads"),
                stated(read, "max_position_embeddings"),
                either(stated(read, "num_experts"), stated(read, "n_routed_experts")));
    }

    private static OptionalInt either(OptionalInt first, OptionalInt second) {
        return first.isPresent() ? first : second;
    }

    /** A field that is missing, or is no single number (GGUF lists per-layer values), states nothing. */
    private static OptionalInt stated(ToIntFunction<String> read, String key) {
        try {
            return OptionalInt.of(read.applyAsInt(key));
        } catch (EngineException e) {
            return OptionalInt.empty();
        }
    }
}
