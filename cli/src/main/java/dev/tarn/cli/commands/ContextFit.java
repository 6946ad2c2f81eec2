package dev.tarn.cli.commands;

import dev.tarn.engine.inspect.ModelInspection;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Which contexts fit into a machine's memory beside the weights.
 *
 * @param memoryBytes the machine's memory
 * @param bytesPerToken what one token takes in the cache, all layers, index keys included
 * @param mostTokens the longest context that fits
 * @param contexts usual contexts and the model's own
 */
record ContextFit(long memoryBytes, long bytesPerToken, long mostTokens, List<ContextFit.Row> contexts) {
    /** Left to the JVM, activations and the rest of the machine. */
    private static final long KEPT_FREE = 1L << 30;

    /** One context: its tokens, the cache's bytes, whether they fit. */
    record Row(long tokens, long kvBytes, boolean fits) {}

    static @Nullable ContextFit of(ModelInspection model, long memory) {
        if (model.kv() == null) {
            return null;
        }
        long perToken =
                (model.kv().entryBytes() + model.kv().indexBytes()) * model.kv().layers();
        long room = Math.max(0, memory - model.weightBytes() - KEPT_FREE);
        long most = room / perToken;
        long trained = model.dimensions().context().orElse(0);
        List<Row> rows = LongStream.concat(
                        LongStream.of(2048, 8192, 32_768, 131_072),
                        LongStream.of(trained).filter(tokens -> tokens > 0))
                .sorted()
                .distinct()
                .mapToObj(tokens -> new Row(tokens, tokens * perToken, tokens <= most))
                .toList();
        return new ContextFit(memory, perToken, most, rows);
    }
}
