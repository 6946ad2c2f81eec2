package dev.tarn.engine.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The methods of Python's dict, list and tuple; those that change their value are refused, as in Jinja2's immutable sandbox. */
final class ContainerMethods {
    static final Builtins NOTHING = new Builtins();

    static final Builtins DICT = refusing(Set.of("clear", "pop", "popitem", "setdefault", "update"))
            .add("get key default?", (rt, d, a) -> get(map(d), a))
            .add("keys", (rt, d, a) -> new DictView("dict_keys", grown(rt, map(d).keySet())))
            .add("values", (rt, d, a) -> new DictView("dict_values", grown(rt, map(d).values())))
            .add("items", (rt, d, a) -> new DictView("dict_items", pairs(rt, map(d))))
            .add("copy", (rt, d, a) -> new LinkedHashMap<>(map(d)));

    static final Builtins SEQUENCE = refusing(
                    Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"))
            .add("index value", (rt, s, a) -> index(rt, Values.iterate(rt, s), a.get("value")))
            .add("count value", (rt, s, a) -> count(rt, Values.iterate(rt, s), a.get("value")))
            .add("copy", (rt, s, a) -> grown(rt, Values.iterate(rt, s)));

    private ContainerMethods() {}

    private static Builtins refusing(Set<String> names) {
        Builtins table = new Builtins();
        for (String name : names) {
            table.add(name + " *", (rt, self, a) -> {
                throw new TemplateException("access to attribute '" + name + "' of '" + Values.typeName(self)
                        + "' object is unsafe. Templates must not change a value");
            });
        }
        return table;
    }

    private static Map<?, ?> map(Object value) {
        return (Map<?, ?>) value;
    }

    private static Object get(Map<?, ?> map, Bound a) {
        Object value = map.get(Values.key(a.get("key")));
        return value != null ? value : a.get("default", None.NONE);
    }

    private static List<Object> grown(Rendering runtime, java.util.Collection<?> items) {
        runtime.budget().grow(items.size());
        return new ArrayList<>(items);
    }

    /** The entries of a dict, each a tuple of key and value. */
    static List<Object> pairs(Rendering runtime, Map<?, ?> map) {
        runtime.budget().grow(3L * map.size());
        List<Object> out = new ArrayList<>(map.size());
        map.forEach((key, value) -> out.add(Tuple.of(key, value)));
        return out;
    }

    private static long index(Rendering runtime, List<Object> items, Object value) {
        for (int i = 0; i < items.size(); i++) {
            if (runtime.comparison().equal(items.get(i), value)) {
                return i;
            }
        }
        throw new TemplateException("the value is not in the list");
    }

    private static long count(Rendering runtime, List<Object> items, Object value) {
        return items.stream()
                .filter(item -> runtime.comparison().equal(item, value))
                .count();
    }
}
