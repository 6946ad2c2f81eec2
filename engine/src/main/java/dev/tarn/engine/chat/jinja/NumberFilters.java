package dev.tarn.engine.chat.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Filters that make numbers. */
final class NumberFilters {
    static final Builtins TABLE = new Builtins()
            .add("int default? base?", (rt, v, a) -> integer(v, a))
            .add("float default?", (rt, v, a) -> real(v, a.get("default", 0.0)))
            .add("abs", (rt, v, a) -> abs(rt, v))
            .add("round precision? method?", NumberFilters::round);

    private NumberFilters() {}

    private static Object integer(Object value, Bound a) {
        Object otherwise = a.get("default", 0L);
        return switch (value) {
            case Undefined undefined -> throw undefined.fault();
            case Long n -> n;
            case Boolean b -> b ? 1L : 0L;
            case BigInteger n -> n;
            case Double d -> truncated(d, otherwise);
            case String text -> parsed(text, Math.clamp(a.integer("base", 10), 0, 36), otherwise);
            default -> otherwise;
        };
    }

    private static Object truncated(double value, Object otherwise) {
        if (!Double.isFinite(value)) {
            return otherwise;
        }
        BigInteger whole = new BigDecimal(value).toBigInteger();
        return whole.bitLength() > 63 ? (Object) whole : (Object) whole.longValue();
    }

    private static Object parsed(String text, int base, Object otherwise) {
        String digits = Text.strip(text).replaceAll("(?<=[0-9A-Za-z])_(?=[0-9A-Za-z])", "");
        String body = digits.startsWith("-") || digits.startsWith("+") ? digits.substring(1) : digits;
        String prefix = base == 16 ? "0x" : base == 8 ? "0o" : base == 2 ? "0b" : "";
        if (!prefix.isEmpty() && Text.lower(body).startsWith(prefix)) {
            body = body.substring(2);
        }
        if (body.length() > 400 || base < 2) {
            return otherwise;
        }
        if (!body.isEmpty() && body.chars().allMatch(c -> c < 128 && Character.digit(c, base) >= 0)) {
            BigInteger value = new BigInteger(body, base);
            BigInteger signed = digits.startsWith("-") ? value.negate() : value;
            return signed.bitLength() > 63 ? (Object) signed : (Object) signed.longValue();
        }
        return real(text, None.NONE) instanceof Double d ? truncated(d, otherwise) : otherwise;
    }

    private static Object real(Object value, Object otherwise) {
        if (value instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (Values.isNumber(value)) {
            return Values.asDouble(value);
        }
        if (!(value instanceof String text)) {
            return otherwise;
        }
        String trimmed = Text.strip(text).replaceAll("(?<=\\d)_(?=\\d)", "");
        if (trimmed.matches("[-+]?(\\d{1,400}\\.?\\d{0,400}|\\.\\d{1,400})([eE][-+]?\\d{1,9})?")) {
            return Double.valueOf(trimmed);
        }
        return switch (Text.lower(trimmed)) {
            case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            case "nan", "+nan", "-nan" -> Double.NaN;
            default -> otherwise;
        };
    }

    private static Object abs(Rendering runtime, Object value) {
        if (value instanceof Double d) {
            return Math.abs(d);
        }
        long n = Values.integer(value, "abs() operand");
        return n < 0 ? runtime.arithmetic().unary("-", n) : n;
    }

    private static Object round(Rendering runtime, Object value, Bound a) {
        long precision = Math.clamp(a.integer("precision", 0), -400, 400);
        double scale = Math.pow(10, (double) precision);
        String method = a.text("method", "common");
        if (!Values.isNumber(value)) {
            throw value instanceof Undefined undefined
                    ? undefined.fault()
                    : new TemplateException("round() needs a number, not " + Values.typeName(value));
        }
        return switch (method) {
            case "common" -> rounded(value, (int) precision);
            case "ceil" -> Math.ceil(Values.asDouble(value) * scale) / scale;
            case "floor" -> Math.floor(Values.asDouble(value) * scale) / scale;
            default ->
                throw new TemplateException("round() method must be common, ceil or floor, not '" + method + "'");
        };
    }

    private static Object rounded(Object value, int precision) {
        if (value instanceof Double d) {
            return Double.isFinite(d)
                    ? new BigDecimal(d)
                            .setScale(precision, RoundingMode.HALF_EVEN)
                            .doubleValue()
                    : d;
        }
        BigDecimal whole = value instanceof BigInteger n ? new BigDecimal(n) : BigDecimal.valueOf(Values.asLong(value));
        BigInteger result =
                whole.setScale(Math.min(precision, 0), RoundingMode.HALF_EVEN).toBigInteger();
        return result.bitLength() > 63 ? (Object) result : (Object) result.longValue();
    }
}
