package dev.tarn.engine.chat.jinja;

import java.util.List;
import java.util.Map;

/** Jinja2's tests: what may follow {@code is}. */
final class ValueTests {
    static final Builtins TABLE = new Builtins()
            .add("defined", (rt, v, a) -> !(v instanceof Undefined))
            .add("undefined", (rt, v, a) -> v instanceof Undefined)
            .add("none", (rt, v, a) -> v == None.NONE)
            .add("string", (rt, v, a) -> v instanceof String)
            .add("mapping", (rt, v, a) -> v instanceof Map<?, ?>)
            .add("iterable", (rt, v, a) -> Values.iterable(v))
            .add("sequence", (rt, v, a) -> sequence(v))
            .add("number", (rt, v, a) -> Values.isNumber(v))
            .add("integer", (rt, v, a) -> v instanceof Long || v instanceof java.math.BigInteger)
            .add("float", (rt, v, a) -> v instanceof Double)
            .add("boolean", (rt, v, a) -> v instanceof Boolean)
            .add("true", (rt, v, a) -> v.equals(true))
            .add("false", (rt, v, a) -> v.equals(false))
            .add("callable", (rt, v, a) -> v instanceof Callable)
            .add("filter", (rt, v, a) -> v instanceof String name && Filters.TABLE.find(name) != null)
            .add("test", (rt, v, a) -> v instanceof String name && isTest(name))
            .add("upper", (rt, v, a) -> cased(rt, v, true))
            .add("lower", (rt, v, a) -> cased(rt, v, false))
            .add("odd", (rt, v, a) -> remainder(rt, v, 2L).equals(1L))
            .add("even", (rt, v, a) -> remainder(rt, v, 2L).equals(0L))
            .add("divisibleby num", (rt, v, a) -> rt.comparison().equal(remainder(rt, v, a.get("num")), 0L))
            .add("in seq", (rt, v, a) -> rt.comparison().contains(rt, a.get("seq"), v))
            .add("sameas other", (rt, v, a) -> same(v, a.get("other")))
            .add("eq|equalto|== other", (rt, v, a) -> rt.comparison().holds("==", v, a.get("other")))
            .add("ne|!= other", (rt, v, a) -> rt.comparison().holds("!=", v, a.get("other")))
            .add("lt|lessthan|< other", (rt, v, a) -> rt.comparison().holds("<", v, a.get("other")))
            .add("le|<= other", (rt, v, a) -> rt.comparison().holds("<=", v, a.get("other")))
            .add("gt|greaterthan|> other", (rt, v, a) -> rt.comparison().holds(">", v, a.get("other")))
            .add("ge|>= other", (rt, v, a) -> rt.comparison().holds(">=", v, a.get("other")));

    private ValueTests() {}

    private static boolean isTest(String name) {
        return TABLE.find(name) != null;
    }

    private static boolean sequence(Object value) {
        return value instanceof String
                || value instanceof List<?>
                || value instanceof Tuple
                || value instanceof Map<?, ?>
                || value instanceof Range
                || value instanceof Undefined;
    }

    @SuppressWarnings("ReferenceEquality") // the same object is what the test asks for
    private static boolean same(Object a, Object b) {
        return a == b || (scalar(a) && a.equals(b));
    }

    private static boolean scalar(Object value) {
        return value instanceof String || value instanceof Long || value instanceof Boolean;
    }

    private static Object remainder(Rendering runtime, Object value, Object divisor) {
        return runtime.arithmetic().binary("%", value, divisor);
    }

    private static boolean cased(Rendering runtime, Object value, boolean upper) {
        String text = runtime.printer().text(value);
        boolean cased = text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
        return cased && text.equals(upper ? Text.upper(text) : Text.lower(text));
    }
}
