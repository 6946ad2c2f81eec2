package dev.tarn.sim.replay;

import dev.tarn.policy.Policies;
import java.util.ArrayList;
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
     * Reads a list such as {@code lru,opt,2q:in=0.2,out=0.6}, as {@link Policies#split} does.
     *
     * @throws IllegalArgumentException for an unknown name or parameter
     */
    public static List<String> parseList(String text) {
        return Policies.split(text).stream().map(SimulatedPolicies::check).toList();
    }

    /** Whether one of these specs can be replayed only from a trace with scores. */
    public static boolean needScores(List<String> specs) {
        return specs.stream()
                .anyMatch(spec -> !spec.equals(OPT) && Policies.parse(spec).needsScores());
    }

    /** Returns the spec if its policy is known and its parameters are right. */
    static String check(String spec) {
        if (spec.equals(OPT)) {
            return spec;
        }
        String name = spec.split(":", 2)[0];
        if (!names().contains(name)) {
            throw new IllegalArgumentException(
                    "unknown policy '" + name + "'; use one of " + String.join(", ", names()));
        }
        if (name.equals(OPT)) {
            throw new IllegalArgumentException("policy '" + spec + "': opt has no parameters");
        }
        Policies.parse(spec);
        return spec;
    }
}
