package dev.tarn.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The known policies by the names that options and results use. */
public final class Policies {
    private static final Map<String, PolicyFactory> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("lru", (capacity, universe, seed, listener) -> new LruPolicy(capacity, universe, listener));
        BY_NAME.put("fifo", (capacity, universe, seed, listener) -> new FifoPolicy(capacity, universe, listener));
        BY_NAME.put("random", RandomPolicy::new);
    }

    private Policies() {}

    /** The names, in the order in which help texts list them. */
    public static List<String> names() {
        return List.copyOf(new ArrayList<>(BY_NAME.keySet()));
    }

    /**
     * The policy of this name.
     *
     * @throws IllegalArgumentException if there is none; the message names the known ones
     */
    public static PolicyFactory byName(String name) {
        PolicyFactory factory = BY_NAME.get(name);
        if (factory == null) {
            throw new IllegalArgumentException(
                    "unknown policy '" + name + "'; use one of " + String.join(", ", BY_NAME.keySet()));
        }
        return factory;
    }
}
