package dev.tarn.cli.commands;

import dev.tarn.cli.failure.UsageException;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.AttentionSpecs;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Option values that other modules read: what they refuse was used wrongly. */
final class Parsed {
    private Parsed() {}

    /** What {@code reader} makes of an option's value. */
    static <T> T option(String name, Supplier<T> reader) {
        try {
            return reader.get();
        } catch (IllegalArgumentException e) {
            throw new UsageException(name + ": " + e.getMessage());
        }
    }

    /** Attention specs, from an option that may be repeated. */
    static List<AttentionSpec> attentions(String name, List<String> values) {
        return option(
                name,
                () -> values.stream()
                        .flatMap(value -> AttentionSpecs.parseList(value).stream())
                        .toList());
    }

    /** One attention spec, or null where none was given. */
    static @Nullable AttentionSpec attentionOrNull(String name, @Nullable String value) {
        return value == null ? null : attention(name, value);
    }

    /** One attention spec. */
    static AttentionSpec attention(String name, String value) {
        List<AttentionSpec> specs = attentions(name, List.of(value));
        if (specs.size() != 1) {
            throw new UsageException(name + ": '" + value + "' names " + specs.size() + " attentions; give one");
        }
        return specs.getFirst();
    }
}
