package dev.tarn.engine.attention;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The {@code key=value} items of one spec. */
final class SpecOptions {
    private static final Set<String> KEYS = new TreeSet<>(List.of(
            "rank", "unit", "block", "stop", "k", "budgets", "eps", "mu", "tau", "masses", "within", "wave", "sink",
            "recent", "dense", "share", "reuse", "pattern", "seed"));

    private final String spec;
    private final Map<String, String> values = new LinkedHashMap<>();

    /**
     * Splits the items.
     *
     * @param spec the whole spec, for messages
     * @param items the items, or null where there are none
     */
    SpecOptions(String spec, @Nullable String items) {
        this.spec = spec;
        for (String item : items == null ? new String[0] : items.split(",", -1)) {
            int equals = item.indexOf('=');
            String key = equals < 0 ? item.strip() : item.substring(0, equals).strip();
            if (equals < 0 || !KEYS.contains(key)) {
                throw error("unknown option '" + key + "'; known are " + String.join(", ", KEYS));
            }
            if (values.put(key, item.substring(equals + 1).strip()) != null) {
                throw error("option " + key + " is given twice");
            }
        }
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    String text(String key, String fallback) {
        return values.getOrDefault(key, fallback);
    }

    /** Throws where the option was given. */
    void refuse(String key, String why) {
        if (has(key)) {
            throw error(why);
        }
    }

    /** A whole number of at least {@code least}. */
    int count(String key, int least, int fallback) {
        return has(key) ? Math.toIntExact(number(key, text(key, ""), least, Integer.MAX_VALUE)) : fallback;
    }

    OptionalInt count(String key, OptionalInt fallback) {
        return has(key) ? OptionalInt.of(count(key, 0, 0)) : fallback;
    }

    long whole(String key, long fallback) {
        return has(key) ? number(key, text(key, ""), Long.MIN_VALUE, Long.MAX_VALUE) : fallback;
    }

    long number(String key, String value, long least, long most) {
        long number;
        try {
            number = Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    error(key + " is '" + value + "'; it must be a whole number")
                            .getMessage(),
                    e);
        }
        if (number < least) {
            throw error(
                    key + " is " + value + "; it must " + (least == 0 ? "not be negative" : "be at least " + least));
        }
        if (number > most) {
            throw error(key + " is " + value + "; it must be at most " + most);
        }
        return number;
    }

    <T extends Enum<T>> T choice(String key, @Nullable T fallback, T[] known) {
        return fallback != null && !has(key) ? fallback : choose(key, text(key, ""), known);
    }

    <T extends Enum<T>> T choose(String key, String value, T[] known) {
        for (T candidate : known) {
            if (candidate.toString().equals(value)) {
                return candidate;
            }
        }
        List<String> names = Arrays.stream(known).map(Enum::toString).toList();
        throw error(key + " '" + value + "' is unknown; known are " + String.join(", ", names));
    }

    IllegalArgumentException error(String what) {
        return new IllegalArgumentException("attention '" + spec + "': " + what);
    }
}
