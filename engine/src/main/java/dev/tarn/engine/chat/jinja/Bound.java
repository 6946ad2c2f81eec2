package dev.tarn.engine.chat.jinja;

import java.util.Map;

/**
 * Arguments by the names of a {@link Builtin}'s parameters, with typed access.
 *
 * @param function whose they are, for errors
 * @param values the given ones
 * @param raw the call as written, for functions with a variable number of arguments
 */
record Bound(String function, Map<String, Object> values, Arguments raw) {
    boolean has(String name) {
        return values.containsKey(name);
    }

    Object get(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new TemplateException(function + "() misses the argument '" + name + "'");
        }
        return value;
    }

    Object get(String name, Object otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /** As {@link #get(String, Object)}, with None like not given. */
    boolean given(String name) {
        return has(name) && get(name) != None.NONE;
    }

    boolean flag(String name, boolean otherwise) {
        return has(name) ? Values.truth(get(name)) : otherwise;
    }

    long integer(String name, long otherwise) {
        return has(name) ? Values.integer(get(name), function + "() argument '" + name + "'") : otherwise;
    }

    String text(String name) {
        return Values.text(get(name), function + "() argument '" + name + "'");
    }

    String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }
}
