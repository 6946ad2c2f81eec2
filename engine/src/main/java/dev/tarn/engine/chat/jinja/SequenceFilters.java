package dev.tarn.engine.chat.jinja;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Filters over containers as a whole. */
final class SequenceFilters {
    static final Builtins TABLE = new Builtins()
            .add("length|count", (rt, v, a) -> Values.length(v))
            .add("first", (rt, v, a) -> end(items(rt, v), true))
            .add("last", (rt, v, a) -> end(lastable(rt, v), false))
            .add("list", (rt, v, a) -> new ArrayList<>(items(rt, v)))
            .add("join d? attribute?", SequenceFilters::join)
            .add("reverse", (rt, v, a) -> reverse(rt, v))
            .add("items", (rt, v, a) -> pairs(rt, v))
            .add("dictsort case_sensitive? by? reverse?", SequenceFilters::dictSort)
            .add("sort reverse? case_sensitive? attribute?", SequenceFilters::sort)
            .add("unique case_sensitive? attribute?", SequenceFilters::unique)
            .add("min case_sensitive? attribute?", (rt, v, a) -> extreme(rt, v, a, -1))
            .add("max case_sensitive? attribute?", (rt, v, a) -> extreme(rt, v, a, 1))
            .add("sum attribute? start?", SequenceFilters::sum)
            .add("batch linecount fill_with?", SequenceFilters::batch)
            .add("slice slices fill_with?", SequenceFilters::slices)
            .add("groupby attribute default? case_sensitive?", SequenceFilters::groups)
            .add("default|d default_value? boolean?", (rt, v, a) -> orDefault(v, a))
            .add("attr name", (rt, v, a) -> Attributes.attribute(v, a.text("name")));

    private SequenceFilters() {}

    private static List<Object> items(Rendering runtime, Object value) {
        List<Object> items = Values.iterate(runtime, value);
        runtime.budget().grow(items.size());
        runtime.budget().steps(items.size());
        return items;
    }

    private static Object orDefault(Object value, Bound a) {
        boolean missing = value instanceof Undefined || (a.flag("boolean", false) && !Values.truth(value));
        return missing ? a.get("default_value", "") : value;
    }

    private static List<Object> lastable(Rendering runtime, Object value) {
        if (value instanceof Generator) {
            throw new TemplateException("'generator' object is not reversible");
        }
        return items(runtime, value);
    }

    private static Object end(List<Object> items, boolean first) {
        if (items.isEmpty()) {
            return new Undefined("No " + (first ? "first" : "last") + " item, sequence was empty.");
        }
        return first ? items.getFirst() : items.getLast();
    }

    private static Object join(Rendering runtime, Object value, Bound a) {
        String separator = runtime.printer().text(a.get("d", ""));
        StringBuilder out = new StringBuilder();
        boolean first = true;
        for (Object item : items(runtime, value)) {
            Object shown = a.given("attribute") ? Attributes.path(item, a.get("attribute")) : item;
            String text = runtime.printer().text(shown);
            runtime.budget().grow(text.length() + (long) separator.length());
            out.append(first ? "" : separator).append(text);
            first = false;
        }
        return out.toString();
    }

    private static Object reverse(Rendering runtime, Object value) {
        List<Object> reversed = new ArrayList<>(items(runtime, value)).reversed();
        return value instanceof String ? TextMethods.join(runtime, "", reversed) : new Generator(reversed);
    }

    private static Object pairs(Rendering runtime, Object value) {
        if (value instanceof Undefined) {
            return new Generator(List.of());
        }
        if (value instanceof Map<?, ?> map) {
            return new Generator(ContainerMethods.pairs(runtime, map));
        }
        throw new TemplateException("Can only get item pairs from a mapping.");
    }

    /** What a value is ordered by: text without case unless case_sensitive. */
    private static Object sortKey(Object value, Bound a) {
        return value instanceof String text && !a.flag("case_sensitive", false) ? Text.lower(text) : value;
    }

    private static Object sortKeyOfItem(Object item, Bound a) {
        return a.given("attribute") ? sortKey(Attributes.path(item, a.get("attribute")), a) : sortKey(item, a);
    }

    private static Object sort(Rendering runtime, Object value, Bound a) {
        List<Object> out = new ArrayList<>(items(runtime, value));
        if (a.given("attribute") && a.get("attribute") instanceof String names && names.contains(",")) {
            List<Comparator<Object>> each = new ArrayList<>();
            for (String name : names.split(",", -1)) {
                each.add(Comparator.comparing(item -> sortKey(Attributes.path(item, name), a), order(runtime)));
            }
            Comparator<Object> all =
                    each.stream().reduce(Comparator::thenComparing).orElseThrow();
            return sorted(out, all, a);
        }
        return sorted(out, Comparator.comparing(item -> sortKeyOfItem(item, a), order(runtime)), a);
    }

    private static List<Object> sorted(List<Object> items, Comparator<Object> order, Bound a) {
        items.sort(a.flag("reverse", false) ? order.reversed() : order);
        return items;
    }

    private static Comparator<Object> order(Rendering runtime) {
        return (x, y) ->
                runtime.comparison().equal(x, y) ? 0 : runtime.comparison().order(x, y, "<");
    }

    private static Object dictSort(Rendering runtime, Object value, Bound a) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new TemplateException("dictsort() needs a dict, not " + Values.typeName(value));
        }
        String by = a.text("by", "key");
        if (!by.equals("key") && !by.equals("value")) {
            throw new TemplateException("dictsort() argument 'by' must be key or value, not '" + by + "'");
        }
        int place = by.equals("key") ? 0 : 1;
        return sorted(
                ContainerMethods.pairs(runtime, map),
                Comparator.comparing(pair -> sortKey(((Tuple) pair).items().get(place), a), order(runtime)),
                a);
    }

    private static Object unique(Rendering runtime, Object value, Bound a) {
        Set<Object> seen = new LinkedHashSet<>();
        List<Object> out = new ArrayList<>();
        for (Object item : items(runtime, value)) {
            if (seen.add(Values.key(sortKeyOfItem(item, a)))) {
                out.add(item);
            }
        }
        return new Generator(out);
    }

    private static Object extreme(Rendering runtime, Object value, Bound a, int sign) {
        List<Object> items = items(runtime, value);
        if (items.isEmpty()) {
            return new Undefined("No aggregated item, sequence was empty.");
        }
        Object best = items.getFirst();
        for (Object item : items) {
            Object key = sortKeyOfItem(item, a);
            if (sign * order(runtime).compare(key, sortKeyOfItem(best, a)) > 0) {
                best = item;
            }
        }
        return best;
    }

    private static Object sum(Rendering runtime, Object value, Bound a) {
        Object total = a.get("start", 0L);
        for (Object item : items(runtime, value)) {
            Object term = a.given("attribute") ? Attributes.path(item, a.get("attribute")) : item;
            total = runtime.arithmetic().binary("+", total, term);
        }
        return total;
    }

    private static Object batch(Rendering runtime, Object value, Bound a) {
        long size = a.integer("linecount", 0);
        List<Object> out = new ArrayList<>();
        List<Object> current = new ArrayList<>();
        for (Object item : items(runtime, value)) {
            if (current.size() == size) {
                out.add(current);
                current = new ArrayList<>();
            }
            current.add(item);
        }
        if (!current.isEmpty()) {
            if (a.given("fill_with")) {
                fill(runtime, current, size, a.get("fill_with"));
            }
            out.add(current);
        }
        return new Generator(out);
    }

    private static void fill(Rendering runtime, List<Object> items, long size, Object with) {
        runtime.budget().grow(size);
        while (items.size() < size) {
            items.add(with);
        }
    }

    private static Object slices(Rendering runtime, Object value, Bound a) {
        List<Object> items = items(runtime, value);
        long slices = a.integer("slices", 0);
        if (slices <= 0) {
            throw new TemplateException("slice() needs at least one slice, got " + slices);
        }
        runtime.budget().grow(8 * Math.min(slices, Integer.MAX_VALUE));
        int longer = (int) (items.size() % slices);
        int size = (int) (items.size() / slices);
        List<Object> out = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < slices; i++) {
            int end = at + size + (i < longer ? 1 : 0);
            List<Object> slice = new ArrayList<>(items.subList(at, end));
            if (a.given("fill_with") && i >= longer) {
                slice.add(a.get("fill_with"));
            }
            out.add(slice);
            at = end;
        }
        return new Generator(out);
    }

    private static Object groups(Rendering runtime, Object value, Bound a) {
        Map<Object, List<Object>> groups = new LinkedHashMap<>();
        List<Object> sorted = new ArrayList<>(items(runtime, value));
        sorted.sort(Comparator.comparing(item -> sortKey(grouper(item, a), a), order(runtime)));
        Map<Object, Object> shown = new LinkedHashMap<>();
        for (Object item : sorted) {
            Object key = Values.key(sortKey(grouper(item, a), a));
            shown.putIfAbsent(key, grouper(item, a));
            groups.computeIfAbsent(key, k -> new ArrayList<>()).add(item);
        }
        List<Object> out = new ArrayList<>();
        groups.forEach((key, items) -> out.add(Tuple.of(shown.getOrDefault(key, key), items)));
        return out;
    }

    private static Object grouper(Object item, Bound a) {
        Object value = Attributes.path(item, a.get("attribute"));
        return value instanceof Undefined && a.has("default") ? a.get("default") : value;
    }
}
