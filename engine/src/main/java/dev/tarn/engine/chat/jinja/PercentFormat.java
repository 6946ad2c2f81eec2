package dev.tarn.engine.chat.jinja;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code "…" % values}. */
final class PercentFormat {
    private static final Pattern FIELD =
            Pattern.compile("%(?:\\(([^)]*)\\))?([-+ 0#]*)(\\d{1,9}|\\*)?(?:\\.(\\d{1,9})?)?([a-zA-Z%])?");

    private final Rendering runtime;
    private final Object values;
    private final List<Object> positional;
    private int used;

    private PercentFormat(Rendering runtime, Object values) {
        this.runtime = runtime;
        this.values = values;
        this.positional = values instanceof Tuple tuple ? tuple.items() : List.of(values);
    }

    static String format(Rendering runtime, String format, Object values) {
        return new PercentFormat(runtime, values).run(format);
    }

    private String run(String format) {
        StringBuilder out = new StringBuilder();
        Matcher field = FIELD.matcher(format);
        int at = 0;
        while (field.find(at)) {
            out.append(format, at, field.start());
            String text = field(field);
            runtime.budget().grow(text.length());
            out.append(text);
            at = field.end();
        }
        if (used < positional.size() && !(values instanceof Map<?, ?>)) {
            throw new TemplateException("not all arguments converted during string formatting");
        }
        runtime.budget().grow(format.length());
        return out.append(format.substring(at)).toString();
    }

    private String field(Matcher field) {
        if (field.group(5) == null || "*".equals(field.group(3))) {
            throw new TemplateException("unsupported format '" + field.group() + "' in a string before %");
        }
        char code = field.group(5).charAt(0);
        if (code == '%') {
            return "%";
        }
        Object value = field.group(1) == null ? next() : named(field.group(1));
        String flags = field.group(2);
        boolean dotted = field.group().contains(".");
        int precision = field.group(4) == null ? (dotted ? 0 : -1) : Integer.parseInt(field.group(4));
        boolean number = "diufFeEgGxXo".indexOf(code) >= 0;
        String sign = number ? sign(value, flags) : "";
        String body = number ? NumberText.of(whole(value, code), code, precision) : text(value, code, precision);
        int width = field.group(3) == null ? 0 : Integer.parseInt(field.group(3));
        runtime.budget().grow(width);
        int missing = Math.max(0, width - Text.length(sign) - Text.length(body));
        if (flags.contains("-")) {
            return sign + body + " ".repeat(missing);
        }
        return number && flags.contains("0") ? sign + "0".repeat(missing) + body : " ".repeat(missing) + sign + body;
    }

    private static String sign(Object value, String flags) {
        boolean negative = Values.isNumber(value) && NumberText.negative(value);
        return negative ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
    }

    private static Object whole(Object value, char code) {
        return "diu".indexOf(code) >= 0 && value instanceof Double d && Double.isFinite(d)
                ? (Object) (long) (double) d
                : value;
    }

    private String text(Object value, char code, int precision) {
        String text = switch (code) {
            case 's' -> runtime.printer().text(value);
            case 'r' -> runtime.printer().repr(value);
            case 'c' ->
                value instanceof Long n
                                && Character.isValidCodePoint(Math.toIntExact(Math.clamp(n, -1, Integer.MAX_VALUE)))
                        ? Character.toString((int) (long) n)
                        : Values.text(value, "%c");
            default -> throw new TemplateException("unsupported format character '" + code + "' in a string before %");
        };
        int length = Text.length(text);
        return precision >= 0 && precision < length ? text.substring(0, text.offsetByCodePoints(0, precision)) : text;
    }

    private Object next() {
        if (used >= positional.size()) {
            throw new TemplateException("not enough arguments for format string");
        }
        return positional.get(used++);
    }

    private Object named(String name) {
        used = positional.size();
        if (values instanceof Map<?, ?> map) {
            Object value = map.get(name);
            if (value != null) {
                return value;
            }
            throw new TemplateException("the dict after % has no key '" + name + "'");
        }
        throw new TemplateException("format requires a mapping");
    }
}
