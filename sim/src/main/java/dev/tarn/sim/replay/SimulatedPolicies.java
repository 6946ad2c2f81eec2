package dev.tarn.sim.replay;

import dev.tarn.policy.Policies;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The policies a simulation knows by name: those the engine can run, and OPT, which needs the future. */
public final class SimulatedPolicies {
    /** Belady's optimum, see {@link OptReplay}. */
    public static final String OPT = "opt";

    /** Least recently used, which one pass answers for all capacities. */
    public static final String LRU = "lru";

    private SimulatedPolicies() {}

    /** The names, in the order in which help texts list them. */
    public static List<String> names() {
        var names = new ArrayList<>(Policies.names());
        names.add(1, OPT);
        return List.copyOf(names);
    }

    /**
     * Reads a list such as {@code lru,opt}.
     *
     * @throws IllegalArgumentException for an unknown name
     */
    public static List<String> parseList(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(SimulatedPolicies::check)
                .toList();
    }

    /** Returns the name if it is known. */
    static String check(String name) {
        if (!names().contains(name)) {
            throw new IllegalArgumentException(
                    "unknown policy '" + name + "'; use one of " + String.join(", ", names()));
        }
        return name;
    }
}
