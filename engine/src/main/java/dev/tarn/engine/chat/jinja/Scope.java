package dev.tarn.engine.chat.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Variables of a template, loop pass or macro call; reading falls through to the scope around it, writing does not. */
final class Scope {
    private final Map<String, Object> variables;
    private final @Nullable Scope outer;

    Scope(@Nullable Scope outer) {
        this(outer, Map.of());
    }

    Scope(@Nullable Scope outer, Map<String, Object> variables) {
        this.outer = outer;
        this.variables = new HashMap<>(variables);
    }

    void set(String name, Object value) {
        variables.put(name, value);
    }

    Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            Object value = scope.variables.get(name);
            if (value != null) {
                return value;
            }
        }
        return Undefined.name(name);
    }
}
