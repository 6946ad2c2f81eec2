package dev.tarn.engine.chat.jinja;

import java.util.List;
import java.util.Map;

/**
 * The arguments of one call.
 *
 * @param positional those given by place
 * @param named those given by keyword, in order
 */
record Arguments(List<Object> positional, Map<String, Object> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    static Arguments of(Object... positional) {
        return new Arguments(List.of(positional), Map.of());
    }

    int size() {
        return positional.size();
    }

    /** The arguments from the i-th on. */
    Arguments from(int i) {
        return new Arguments(positional.subList(Math.min(i, positional.size()), positional.size()), named);
    }
}
