package dev.tarn.engine.chat.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** Python's equality and order, walked within the budget: values may share parts so often that they cannot be walked whole. */
@SuppressWarnings("ReferenceEquality") // identity is Python's own shortcut and its equality of values without one
final class Comparison {
    private final Budget budget;

    Comparison(Budget budget) {
        this.budget = budget;
    }

    boolean equal(Object a, Object b) {
        budget.step();
        if (Values.isNumber(a) && Values.isNumber(b)) {
            return numbers(a, b) == 0 && !isNan(a) && !isNan(b);
        }
        return switch (a) {
            case String s -> s.equals(b);
            case Undefined u -> b instanceof Undefined;
            case List<?> list -> b instanceof List<?> other && equalItems(list, other);
            case Tuple tuple -> b instanceof Tuple other && equalItems(tuple.items(), other.items());
            case Range range -> b instanceof Range other && equalItems(range.items(), other.items());
            case Map<?, ?> map -> b instanceof Map<?, ?> other && equalMaps(map, other);
            default -> a == b;
        };
    }

    private boolean equalItems(List<?> a, List<?> b) {
        if (a == b || a.size() != b.size()) {
            return a == b;
        }
        budget.enter();
        for (int i = 0; i < a.size(); i++) {
            if (!equal(a.get(i), b.get(i))) {
                budget.leave();
                return false;
            }
        }
        budget.leave();
        return true;
    }

    private boolean equalMaps(Map<?, ?> a, Map<?, ?> b) {
        if (a == b || a.size() != b.size()) {
            return a == b;
        }
        budget.enter();
        boolean same = true;
        for (var entry : a.entrySet()) {
            Object other = b.get(entry.getKey());
            if (other == null || !equal(entry.getValue(), other)) {
                same = false;
                break;
            }
        }
        budget.leave();
        return same;
    }

    /** Negative, zero or positive; an error where Python has no order. */
    int order(Object a, Object b, String operator) {
        budget.step();
        if (a instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (b instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (Values.isNumber(a) && Values.isNumber(b)) {
            return numbers(a, b);
        }
        if (a instanceof String x && b instanceof String y) {
            return codePoints(x, y);
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            return orderItems(x, y, operator);
        }
        if (a instanceof Tuple x && b instanceof Tuple y) {
            return orderItems(x.items(), y.items(), operator);
        }
        throw new TemplateException("'" + operator + "' not supported between instances of '" + Values.typeName(a)
                + "' and '" + Values.typeName(b) + "'");
    }

    private int orderItems(List<?> a, List<?> b, String operator) {
        budget.enter();
        int result = Integer.compare(a.size(), b.size());
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            if (!equal(a.get(i), b.get(i))) {
                result = order(a.get(i), b.get(i), operator);
                break;
            }
        }
        budget.leave();
        return result;
    }

    /** Whether a comparison operator holds. */
    boolean holds(String operator, Object a, Object b) {
        return switch (operator) {
            case "==" -> equal(a, b);
            case "!=" -> !equal(a, b);
            case "<" -> ordered(a, b) && order(a, b, operator) < 0;
            case "<=" -> ordered(a, b) && order(a, b, operator) <= 0;
            case ">" -> ordered(a, b) && order(a, b, operator) > 0;
            default -> ordered(a, b) && order(a, b, operator) >= 0;
        };
    }

    private static boolean ordered(Object a, Object b) {
        return !(isNan(a) && Values.isNumber(b)) && !(isNan(b) && Values.isNumber(a));
    }

    private static boolean isNan(Object value) {
        return value instanceof Double d && d.isNaN();
    }

    private static int numbers(Object a, Object b) {
        if (Values.isInteger(a) && Values.isInteger(b)) {
            return Long.compare(Values.asLong(a), Values.asLong(b));
        }
        double x = Values.asDouble(a);
        double y = Values.asDouble(b);
        if (Double.isFinite(x) && Double.isFinite(y)) {
            return exact(a).compareTo(exact(b));
        }
        return Double.compare(x, y);
    }

    private static BigDecimal exact(Object number) {
        return switch (number) {
            case BigInteger n -> new BigDecimal(n);
            case Double d -> new BigDecimal(d);
            default -> BigDecimal.valueOf(Values.asLong(number));
        };
    }

    /** By code point: UTF-16 order differs above U+FFFF. */
    private static int codePoints(String a, String b) {
        for (int i = 0; i < Math.min(a.length(), b.length()); i++) {
            if (a.charAt(i) != b.charAt(i)) {
                int start = i > 0 && Character.isLowSurrogate(a.charAt(i)) && Character.isLowSurrogate(b.charAt(i))
                        ? i - 1
                        : i;
                return Integer.compare(a.codePointAt(start), b.codePointAt(start));
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    /** Python's {@code in}. */
    boolean contains(Rendering runtime, Object container, Object item) {
        if (container instanceof String text) {
            return text.contains(Values.text(item, "the left side of 'in' before a str"));
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(Values.key(item));
        }
        for (Object each : Values.iterate(runtime, container)) {
            if (each == item || equal(each, item)) {
                return true;
            }
        }
        return false;
    }
}
