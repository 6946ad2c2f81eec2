package dev.tarn.engine.chat.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table of built-ins by name, filled once when its class loads. */
final class Builtins {
    private final Map<String, Builtin> table = new HashMap<>();

    /**
     * Adds one.
     *
     * @param signature its name, or several parted by {@code |}, then its parameters, parted by blanks
     */
    Builtins add(String signature, Builtin.Body body) {
        List<String> words = List.of(signature.split(" ", -1));
        List<String> parameters = words.subList(1, words.size());
        for (String name : words.getFirst().split("\\|", -1)) {
            table.put(name, new Builtin(name, parameters, body));
        }
        return this;
    }

    Builtins addAll(Builtins other) {
        table.putAll(other.table);
        return this;
    }

    @Nullable
    Builtin find(String name) {
        return table.get(name);
    }
}
