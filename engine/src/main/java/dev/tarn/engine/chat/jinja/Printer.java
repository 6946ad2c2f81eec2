package dev.tarn.engine.chat.jinja;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Python's str() and repr(), written within the budget. */
final class Printer {
    private final Budget budget;

    Printer(Budget budget) {
        this.budget = budget;
    }

    /** str(value): what an output tag prints. */
    String text(Object value) {
        return switch (value) {
            case String text -> text;
            case Undefined undefined -> "";
            default -> repr(value);
        };
    }

    String repr(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value);
        return out.toString();
    }

    private void write(StringBuilder out, Object value) {
        int before = out.length();
        budget.enter();
        budget.step();
        switch (value) {
            case String text -> quote(out, text);
            case Boolean b -> out.append(b ? "True" : "False");
            case Double d -> out.append(number(d));
            case None none -> out.append("None");
            case Undefined undefined -> out.append("Undefined");
            case List<?> list -> items(out, "[", list, "]");
            case Tuple tuple -> items(out, "(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")");
            case Map<?, ?> map -> map(out, map);
            case DictView view -> items(out, view.kind() + "([", view.items(), "])");
            case Range range -> out.append(range.text());
            case Namespace namespace -> {
                out.append("<Namespace ");
                map(out, namespace.fields());
                out.append('>');
            }
            case Generator generator -> out.append("<generator object>");
            case Callable callable -> out.append(callable.describe());
            default -> out.append(value);
        }
        if (Values.items(value) == null) {
            budget.grow(out.length() - (long) before);
        }
        budget.leave();
    }

    private void items(StringBuilder out, String open, List<?> items, String close) {
        out.append(open);
        for (int i = 0; i < items.size(); i++) {
            out.append(i == 0 ? "" : ", ");
            write(out, items.get(i));
        }
        out.append(close);
    }

    private void map(StringBuilder out, Map<?, ?> map) {
        String separator = "{";
        for (var entry : map.entrySet()) {
            out.append(separator);
            write(out, entry.getKey());
            out.append(": ");
            write(out, entry.getValue());
            separator = ", ";
        }
        out.append(map.isEmpty() ? "{}" : "}");
    }

    /** repr(float): the shortest digits, with an exponent below 1e-4 and from 1e16 on. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String digits = shortest.unscaledValue().abs().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return (value < 0 ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+")
                + String.format("%02d", Math.abs(exponent));
    }

    private static void quote(StringBuilder out, String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(c -> quoted(out, c, quote));
        out.append(quote);
    }

    private static void quoted(StringBuilder out, int c, char quote) {
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\\' -> out.append("\\\\");
            default -> {
                if (c == quote) {
                    out.append('\\').append(quote);
                } else if (c == ' ' || printable(c)) {
                    out.appendCodePoint(c);
                } else {
                    out.append(
                            c < 0x100
                                    ? "\\x%02x".formatted(c)
                                    : c < 0x10000 ? "\\u%04x".formatted(c) : "\\U%08x".formatted(c));
                }
            }
        }
    }

    /** What str.isprintable() says: not of the categories C and Z. */
    private static boolean printable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }
}
