package dev.tarn.engine.chat.jinja;

import dev.tarn.engine.EngineException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes JSON-like Java values over as {@link Values}, counting their text for the budget. */
final class Imported {
    private static final int MAX_DEPTH = 100;

    private long chars;
    private int depth;

    /** How much text came in so far. */
    long chars() {
        return chars;
    }

    /** The value; null is None. Numbers become int or float. */
    Object value(@Nullable Object given) {
        if (++depth > MAX_DEPTH) {
            throw new EngineException("a chat message or variable nests deeper than " + MAX_DEPTH + "; flatten it");
        }
        Object value = switch (given) {
            case null -> None.NONE;
            case String text -> text(text);
            case Boolean b -> b;
            case BigInteger n -> n.bitLength() > 63 ? (Object) n : (Object) n.longValue();
            case BigDecimal n -> n.doubleValue();
            case Float f -> Double.parseDouble(f.toString());
            case Double d -> d;
            case Number n -> n.longValue();
            case List<?> list -> list(list);
            case Map<?, ?> map -> map(map);
            default ->
                throw new EngineException("a chat message or variable holds a "
                        + given.getClass().getName() + "; give strings, numbers, booleans, lists, maps or null");
        };
        depth--;
        return value;
    }

    private String text(String text) {
        chars += text.length();
        return text;
    }

    private List<Object> list(List<?> given) {
        List<Object> out = new ArrayList<>(given.size());
        given.forEach(item -> out.add(value(item)));
        chars += given.size();
        return out;
    }

    private Map<Object, Object> map(Map<?, ?> given) {
        Map<Object, Object> out = new LinkedHashMap<>();
        given.forEach((key, item) -> out.put(text(String.valueOf(key)), value(item)));
        return out;
    }
}
