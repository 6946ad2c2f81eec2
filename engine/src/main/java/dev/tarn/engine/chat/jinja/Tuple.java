package dev.tarn.engine.chat.jinja;

import java.util.List;

/**
 * Python's tuple; a list literal is a plain {@link List}.
 *
 * @param items its items
 */
record Tuple(List<Object> items) {
    static Tuple of(Object... items) {
        return new Tuple(List.of(items));
    }
}
