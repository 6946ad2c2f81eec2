package dev.tarn.engine.chat.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Python's values as Java objects: {@link Boolean}, {@link Long} (a {@link BigInteger} only as given), {@link Double},
 * {@link String}, {@link List}, {@link Tuple}, {@link Map}, {@link None}, {@link Undefined} and the rest of this package.
 */
final class Values {
    private Values() {}

    /** What {@code if} thinks of it. */
    static boolean truth(Object value) {
        return switch (value) {
            case Boolean b -> b;
            case Long n -> n != 0;
            case Double d -> d != 0;
            case BigInteger n -> n.signum() != 0;
            case String s -> !s.isEmpty();
            case None n -> false;
            case Undefined u -> false;
            case Generator g -> true;
            default -> {
                List<Object> items = items(value);
                yield items == null || !items.isEmpty();
            }
        };
    }

    /** The items of a sized container, or null where it is none; strings and generators are not among them. */
    @SuppressWarnings("unchecked")
    static @Nullable List<Object> items(Object value) {
        return switch (value) {
            case List<?> list -> (List<Object>) list;
            case Tuple tuple -> tuple.items();
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case DictView view -> view.items();
            case Range range -> range.items();
            default -> null;
        };
    }

    /** What a loop walks; a generator is used up by it. */
    static List<Object> iterate(Rendering runtime, Object value) {
        if (value instanceof Undefined) {
            return List.of();
        }
        if (value instanceof Generator generator) {
            return generator.take();
        }
        if (value instanceof String text) {
            runtime.budget().grow(text.length());
            return Text.characters(text);
        }
        List<Object> items = items(value);
        if (items == null) {
            throw new TemplateException("'" + typeName(value) + "' object is not iterable");
        }
        return items;
    }

    static boolean iterable(Object value) {
        return value instanceof Undefined
                || value instanceof Generator
                || value instanceof String
                || items(value) != null;
    }

    static long length(Object value) {
        if (value instanceof String text) {
            return Text.length(text);
        }
        if (value instanceof Undefined) {
            return 0;
        }
        List<Object> items = items(value);
        if (items == null) {
            throw new TemplateException("object of type '" + typeName(value) + "' has no len()");
        }
        return items.size();
    }

    /** Python's name of its type. */
    static String typeName(Object value) {
        return switch (value) {
            case Boolean b -> "bool";
            case Long n -> "int";
            case BigInteger n -> "int";
            case Double d -> "float";
            case String s -> "str";
            case None n -> "NoneType";
            case Undefined u -> "Undefined";
            case List<?> l -> "list";
            case Tuple t -> "tuple";
            case Map<?, ?> m -> "dict";
            case Range r -> "range";
            case DictView v -> v.kind();
            case Generator g -> "generator";
            case Namespace n -> "Namespace";
            case Macro m -> "Macro";
            case LoopState l -> "LoopContext";
            default -> "function";
        };
    }

    static boolean isNumber(Object value) {
        return value instanceof Boolean
                || value instanceof Long
                || value instanceof Double
                || value instanceof BigInteger;
    }

    static boolean isInteger(Object value) {
        return value instanceof Long || value instanceof Boolean;
    }

    static long asLong(Object value) {
        return value instanceof Boolean b ? (b ? 1 : 0) : (Long) value;
    }

    static double asDouble(Object value) {
        return value instanceof Number n ? n.doubleValue() : asLong(value);
    }

    static long integer(Object value, String what) {
        if (value instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (!isInteger(value)) {
            throw new TemplateException(what + " must be an int, not " + typeName(value));
        }
        return asLong(value);
    }

    static String text(Object value, String what) {
        if (value instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (!(value instanceof String text)) {
            throw new TemplateException(what + " must be a str, not " + typeName(value));
        }
        return text;
    }

    /** A dict key; only scalars may be keys. */
    static Object key(Object value) {
        if (value instanceof String || value instanceof None || isNumber(value)) {
            return value;
        }
        throw new TemplateException("a dict key must be a str, number, bool or none, not " + typeName(value));
    }

    /** The predicate of the characters of a string. */
    static IntPredicate anyOf(String characters) {
        return c -> characters.indexOf(c) >= 0;
    }
}
