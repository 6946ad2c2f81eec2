package dev.tarn.engine.chat.jinja;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Python's json.dumps with its own separators: chat templates depend on the blanks, which no Java library writes. */
final class JsonWriter {
    private final Budget budget;
    private final boolean ascii;
    private final boolean sortKeys;
    private final String itemSeparator;
    private final String keySeparator;
    private final boolean pretty;
    private final String indent;
    private final StringBuilder out = new StringBuilder();

    private JsonWriter(Rendering runtime, Bound options) {
        this.budget = runtime.budget();
        this.ascii = options.flag("ensure_ascii", false);
        this.sortKeys = options.flag("sort_keys", false);
        this.pretty = options.given("indent");
        this.indent = pretty ? indent(options.get("indent")) : "";
        boolean separated = options.given("separators");
        List<Object> given = separated ? Values.iterate(runtime, options.get("separators")) : List.of();
        if (separated && given.size() != 2) {
            throw new TemplateException("tojson() argument 'separators' must have 2 items, not " + given.size());
        }
        this.itemSeparator = separated ? Values.text(given.get(0), "a separator") : pretty ? "," : ", ";
        this.keySeparator = separated ? Values.text(given.get(1), "a separator") : ": ";
    }

    private String indent(Object value) {
        if (value instanceof String text) {
            return text;
        }
        long width = Math.max(Values.integer(value, "tojson() argument 'indent'"), 0);
        budget.grow(width);
        return " ".repeat((int) width);
    }

    /** The JSON text; options are ensure_ascii (false), indent, separators and sort_keys. */
    static String write(Rendering runtime, Object value, Bound options) {
        JsonWriter writer = new JsonWriter(runtime, options);
        writer.value(value, 0);
        return writer.out.toString();
    }

    private void value(Object value, int level) {
        budget.enter();
        budget.step();
        switch (value) {
            case String text -> string(text);
            case Boolean b -> add(b.toString());
            case None none -> add("null");
            case Double d -> add(number(d));
            case Long n -> add(n.toString());
            case java.math.BigInteger n -> add(n.toString());
            case List<?> list -> list(list, level);
            case Tuple tuple -> list(tuple.items(), level);
            case Map<?, ?> map -> map(map, level);
            default ->
                throw new TemplateException("Object of type " + Values.typeName(value) + " is not JSON serializable");
        }
        budget.leave();
    }

    private void add(String text) {
        budget.grow(text.length());
        out.append(text);
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        return Double.isInfinite(value) ? (value > 0 ? "Infinity" : "-Infinity") : Printer.number(value);
    }

    private void list(List<?> list, int level) {
        add("[");
        for (int i = 0; i < list.size(); i++) {
            add(i == 0 ? "" : itemSeparator);
            newline(level + 1);
            value(list.get(i), level + 1);
        }
        if (!list.isEmpty()) {
            newline(level);
        }
        add("]");
    }

    private void map(Map<?, ?> map, int level) {
        List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
        if (sortKeys) {
            entries.sort(Comparator.comparing(e -> key(e.getKey())));
        }
        add("{");
        for (int i = 0; i < entries.size(); i++) {
            add(i == 0 ? "" : itemSeparator);
            newline(level + 1);
            string(key(entries.get(i).getKey()));
            add(keySeparator);
            value(entries.get(i).getValue(), level + 1);
        }
        if (!entries.isEmpty()) {
            newline(level);
        }
        add("}");
    }

    private static String key(Object key) {
        return switch (key) {
            case String text -> text;
            case Boolean b -> b.toString();
            case None none -> "null";
            case Double d -> number(d);
            default -> key.toString();
        };
    }

    private void newline(int level) {
        if (pretty) {
            budget.grow(1 + indent.length() * (long) level);
            out.append('\n').append(indent.repeat(level));
        }
    }

    private void string(String text) {
        budget.grow(text.length() + 2L);
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            character(text.charAt(i));
        }
        out.append('"');
    }

    private void character(char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\f' -> out.append("\\f");
            case '\b' -> out.append("\\b");
            default -> {
                if (c < 0x20 || (ascii && c > 0x7e)) {
                    out.append("\\u%04x".formatted((int) c));
                } else {
                    out.append(c);
                }
            }
        }
    }
}
