package dev.tarn.engine.chat.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** The one mutable value: what namespace() returns, whose fields {@code {% set ns.x = … %}} assigns across scopes. */
final class Namespace {
    private final Map<Object, Object> fields;

    Namespace(Map<Object, Object> fields) {
        this.fields = new LinkedHashMap<>(fields);
    }

    Map<Object, Object> fields() {
        return fields;
    }
}
