package dev.tarn.engine.chat.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code a.b} and {@code a[b]}: which of Python's attribute and the container's item comes first differs between the two. */
final class Attributes {
    private Attributes() {}

    /** {@code of.name}: a method before a key, so {@code d.items} is the method even where d has such a key. */
    static Object attribute(Object of, String name) {
        Object found = pythonAttribute(of, name);
        if (found == null && of instanceof Map<?, ?> map) {
            found = map.get(name);
        }
        return found == null ? missing(of, name) : found;
    }

    /** {@code of[key]}: an item before a method. */
    static Object item(Object of, Object key) {
        Object found = contained(of, key);
        if (found == null && key instanceof String name) {
            found = pythonAttribute(of, name);
        }
        return found == null ? missing(of, key) : found;
    }

    private static Undefined missing(Object of, Object key) {
        if (of instanceof Undefined undefined) {
            throw undefined.fault();
        }
        String owner = of == None.NONE ? "None" : Values.typeName(of) + " object";
        return key instanceof String name
                ? new Undefined("'" + owner + "' has no attribute '" + name + "'")
                : new Undefined(owner + " has no element " + (Values.isNumber(key) ? key : Values.typeName(key)));
    }

    private static @Nullable Object contained(Object of, Object key) {
        return switch (of) {
            case Map<?, ?> map ->
                Values.isNumber(key) || key instanceof String || key == None.NONE ? map.get(key) : null;
            case String text -> Values.isInteger(key) ? character(text, Values.asLong(key)) : null;
            case List<?> list -> Values.isInteger(key) ? element(list, Values.asLong(key)) : null;
            case Tuple tuple -> Values.isInteger(key) ? element(tuple.items(), Values.asLong(key)) : null;
            case Range range -> Values.isInteger(key) ? element(range.items(), Values.asLong(key)) : null;
            default -> null;
        };
    }

    private static @Nullable Object element(List<?> list, long index) {
        long i = index < 0 ? index + list.size() : index;
        return i >= 0 && i < list.size() ? list.get((int) i) : null;
    }

    private static @Nullable Object character(String text, long index) {
        int length = Text.length(text);
        long i = index < 0 ? index + length : index;
        if (i < 0 || i >= length) {
            return null;
        }
        return Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) i)));
    }

    private static @Nullable Object pythonAttribute(Object of, String name) {
        if (of instanceof LoopState loop) {
            return loop.field(name);
        }
        if (of instanceof Namespace namespace) {
            return namespace.fields().get(name);
        }
        if (of instanceof Macro macro) {
            return name.equals("name")
                    ? macro.name()
                    : name.equals("arguments") ? new Tuple(List.copyOf(macro.parameters())) : null;
        }
        Builtins methods = switch (of) {
            case String text -> TextMethods.TABLE;
            case Map<?, ?> map -> ContainerMethods.DICT;
            case List<?> list -> ContainerMethods.SEQUENCE;
            case Tuple tuple -> ContainerMethods.SEQUENCE;
            default -> ContainerMethods.NOTHING;
        };
        Builtin method = methods.find(name);
        return method == null ? null : new Method(of, method);
    }

    /** What {@code attribute="a.b.0"} of a filter gets from an item: items all the way, undefined where one is missing. */
    static Object path(Object of, Object path) {
        if (path instanceof Long) {
            return item(of, path);
        }
        Object value = of;
        for (String part : Values.text(path, "argument 'attribute'").split("\\.", -1)) {
            boolean digits =
                    !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            value = item(value, digits ? (Object) Long.valueOf(part) : part);
        }
        return value;
    }
}
