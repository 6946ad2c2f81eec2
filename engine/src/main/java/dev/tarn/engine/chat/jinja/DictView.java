package dev.tarn.engine.chat.jinja;

import java.util.List;

/**
 * What keys(), values() and items() of a dict return: walked like a list, but not subscripted.
 *
 * @param kind {@code dict_keys}, {@code dict_values} or {@code dict_items}
 * @param items its items
 */
record DictView(String kind, List<Object> items) {}
