package dev.tarn.engine.chat.jinja;

import java.util.List;

/** What map, select and their kin return: items that can be walked once, and have no length (Python's generator). */
final class Generator {
    private List<Object> items;

    Generator(List<Object> items) {
        this.items = items;
    }

    /** The items that are left, all of them taken by this call. */
    List<Object> take() {
        List<Object> taken = items;
        items = List.of();
        return taken;
    }
}
