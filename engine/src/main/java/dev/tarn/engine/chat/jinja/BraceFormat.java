package dev.tarn.engine.chat.jinja;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code "…".format(…)}, with the plain part of its format specifications. */
final class BraceFormat {
    private static final Pattern FIELD =
            Pattern.compile("([^!:\\[.]*)((?:\\.\\w+|\\[[^]]*\\])*)(?:!([rs]))?(?::(.*))?", Pattern.DOTALL);
    private static final Pattern PART = Pattern.compile("\\.(\\w+)|\\[([^]]*)\\]");
    private static final Pattern SPEC = Pattern.compile(
            "(?:(.)?([<>^=]))?([-+ ])?(0)?(\\d{1,9})?(,)?(?:\\.(\\d{1,9}))?([a-zA-Z%])?", Pattern.DOTALL);

    private final Rendering runtime;
    private final Arguments arguments;
    private int used;

    private BraceFormat(Rendering runtime, Arguments arguments) {
        this.runtime = runtime;
        this.arguments = arguments;
    }

    static String format(Rendering runtime, String format, Arguments arguments) {
        return new BraceFormat(runtime, arguments).run(format);
    }

    private String run(String format) {
        StringBuilder out = new StringBuilder();
        runtime.budget().grow(format.length());
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            boolean doubled = i + 1 < format.length() && format.charAt(i + 1) == c;
            if ((c == '{' || c == '}') && doubled) {
                out.append(c);
                i++;
            } else if (c == '{') {
                int close = format.indexOf('}', i);
                if (close < 0) {
                    throw new TemplateException("expected '}' in a string before .format()");
                }
                String text = field(format.substring(i + 1, close));
                runtime.budget().grow(text.length());
                out.append(text);
                i = close;
            } else if (c == '}') {
                throw new TemplateException("single '}' in a string before .format()");
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private String field(String field) {
        Matcher m = FIELD.matcher(field);
        if (!m.matches()) {
            throw new TemplateException("unsupported field '{" + field + "}' in a string before .format()");
        }
        Object value = argument(m.group(1));
        Matcher part = PART.matcher(m.group(2));
        while (part.find()) {
            value = part.group(1) != null ? Attributes.attribute(value, part.group(1)) : element(value, part.group(2));
        }
        if (m.group(3) != null) {
            value = m.group(3).equals("r")
                    ? runtime.printer().repr(value)
                    : runtime.printer().text(value);
        }
        return m.group(4) == null || m.group(4).isEmpty()
                ? runtime.printer().text(value)
                : specified(value, m.group(4));
    }

    private static Object element(Object of, String key) {
        return Attributes.item(of, key.matches("\\d{1,9}") ? (Object) Long.valueOf(key) : key);
    }

    private Object argument(String name) {
        if (name.isEmpty() || name.matches("\\d{1,9}")) {
            int i = name.isEmpty() ? used++ : Integer.parseInt(name);
            if (i < arguments.size()) {
                return arguments.positional().get(i);
            }
            throw new TemplateException(
                    "replacement index " + i + " out of range for " + arguments.size() + " arguments");
        }
        Object value = arguments.named().get(name);
        if (value == null) {
            throw new TemplateException(".format() misses the argument '" + name + "'");
        }
        return value;
    }

    private String specified(Object value, String text) {
        Matcher spec = SPEC.matcher(text);
        if (!spec.matches()) {
            throw new TemplateException("unsupported format specification '" + text + "'");
        }
        boolean number = Values.isNumber(value) && !(value instanceof Boolean);
        int precision = spec.group(7) == null ? -1 : Integer.parseInt(spec.group(7));
        String sign = number ? sign(value, spec.group(3)) : "";
        String body = number ? number(value, spec.group(8), precision) : string(value, spec.group(8), precision);
        if (spec.group(6) != null) {
            body = grouped(body);
        }
        return padded(sign, body, spec, number);
    }

    private String padded(String sign, String body, Matcher spec, boolean number) {
        int width = spec.group(5) == null ? 0 : Integer.parseInt(spec.group(5));
        runtime.budget().grow(width);
        boolean zero = spec.group(4) != null;
        String align = spec.group(2) != null ? spec.group(2) : zero && number ? "=" : number ? ">" : "<";
        String fill = spec.group(1) != null ? spec.group(1) : zero ? "0" : " ";
        int missing = Math.max(0, width - Text.length(sign) - Text.length(body));
        return switch (align) {
            case "<" -> sign + body + fill.repeat(missing);
            case "^" -> fill.repeat(missing / 2) + sign + body + fill.repeat(missing - missing / 2);
            case "=" -> sign + fill.repeat(missing) + body;
            default -> fill.repeat(missing) + sign + body;
        };
    }

    private static String sign(Object value, @org.jspecify.annotations.Nullable String flag) {
        return NumberText.negative(value) ? "-" : flag == null || flag.equals("-") ? "" : flag;
    }

    private static String number(Object value, @org.jspecify.annotations.Nullable String code, int precision) {
        if (code != null) {
            return NumberText.of(value, code.charAt(0), precision);
        }
        if (precision >= 0) {
            return NumberText.of(value, 'g', precision);
        }
        String text = value instanceof Double d ? Printer.number(d) : value.toString();
        return text.startsWith("-") ? text.substring(1) : text;
    }

    private String string(Object value, @org.jspecify.annotations.Nullable String code, int precision) {
        if (code != null && !code.equals("s")) {
            throw new TemplateException("unknown format code '" + code + "' for a " + Values.typeName(value));
        }
        String text = runtime.printer().text(value);
        return precision >= 0 && precision < Text.length(text)
                ? text.substring(0, text.offsetByCodePoints(0, precision))
                : text;
    }

    private static String grouped(String digits) {
        int end = digits.indexOf('.') < 0 ? digits.length() : digits.indexOf('.');
        StringBuilder out = new StringBuilder(digits);
        for (int i = end - 3; i > 0; i -= 3) {
            out.insert(i, ',');
        }
        return out.toString();
    }
}
