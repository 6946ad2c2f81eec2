package dev.tarn.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The known policies by the specs that options and results use: a name, or a name and its parameters, such as {@code lru}, {@code s3-fifo:small=0.2,ghost=0.9},
 * {@code random:seed=7}, {@code page-lru:32}, {@code quota:sieve}.
 */
public final class Policies {
    private static final List<String> NAMES = List.of(
            "lru",
            "fifo",
            "random",
            "clock",
            "lfu",
            "2q",
            "arc",
            "s3-fifo",
            "sieve",
            "score-priority",
            "page-lru",
            "quota",
            "next-visit");

    private static final String PAGE_LRU = "page-lru";
    private static final int PAGE = 16;

    private Policies() {}

    /** The names, in the order in which help texts list them. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Splits a list such as {@code lru,2q:in=0.2,out=0.6,arc}: an item with an equals sign and no colon before it goes on with the spec before it.
     * Nothing is checked.
     */
    public static List<String> split(String text) {
        var specs = new ArrayList<String>();
        for (String item : text.split(",", -1)) {
            int equals = item.indexOf('=');
            int colon = item.indexOf(':');
            boolean more = equals >= 0 && (colon < 0 || colon > equals);
            if (more && !specs.isEmpty()) {
                specs.add(specs.removeLast() + "," + item.strip());
            } else {
                specs.add(item.strip());
            }
        }
        return List.copyOf(specs);
    }

    /**
     * The policy of a spec.
     *
     * @throws IllegalArgumentException if there is none; the message names the known ones, or the parameter that is wrong
     */
    public static PolicyFactory parse(String spec) {
        return read(spec);
    }

    /** The tokens of a page, where the spec is of a policy whose unit is the page: its ids must be aligned ({@code page-lru}). */
    public static OptionalInt page(String spec) {
        return name(spec).equals(PAGE_LRU) ? OptionalInt.of(pageOf(spec)) : OptionalInt.empty();
    }

    private static String name(String spec) {
        int colon = spec.indexOf(':');
        return colon < 0 ? spec : spec.substring(0, colon);
    }

    private static String rest(String spec) {
        int colon = spec.indexOf(':');
        return colon < 0 ? "" : spec.substring(colon + 1);
    }

    private static PolicySpec read(String spec) {
        return switch (name(spec)) {
            case "lru" -> plain(spec, LruPolicy::new);
            case "fifo" -> plain(spec, FifoPolicy::new);
            case "clock" -> plain(spec, ClockPolicy::new);
            case "lfu" -> plain(spec, LfuPolicy::new);
            case "arc" -> plain(spec, ArcPolicy::new);
            case "sieve" -> plain(spec, SievePolicy::new);
            case "next-visit" -> plain(spec, NextVisitPolicy::new);
            case "score-priority" ->
                new PolicySpec(plain(spec, ScorePolicy::new).maker(), true);
            case "random" -> random(parameters(spec, "seed"));
            case "2q" -> twoQueue(parameters(spec, "in", "out"));
            case "s3-fifo" -> s3Fifo(parameters(spec, "small", "ghost"));
            case PAGE_LRU -> pageLru(pageOf(spec));
            case "quota" -> quota(spec);
            default ->
                throw new IllegalArgumentException(
                        "unknown policy '" + name(spec) + "'; use one of " + String.join(", ", NAMES));
        };
    }

    private interface PlainMaker {
        EvictionPolicy make(Room room, ResidencyListener listener);
    }

    private static PolicySpec plain(String spec, PlainMaker maker) {
        parameters(spec);
        return new PolicySpec((room, seed, listener) -> maker.make(room, listener), false);
    }

    private static PolicyParameters parameters(String spec, String... known) {
        return new PolicyParameters(spec, rest(spec), List.of(known));
    }

    private static PolicySpec random(PolicyParameters given) {
        given.seed("seed", 0);
        return new PolicySpec(
                (room, seed, listener) -> new RandomPolicy(room, given.seed("seed", seed), listener), false);
    }

    private static PolicySpec twoQueue(PolicyParameters given) {
        double in = given.part("in", 0.25);
        double out = given.part("out", 0.5);
        return new PolicySpec((room, seed, listener) -> new TwoQueuePolicy(room, in, out, listener), false);
    }

    private static PolicySpec s3Fifo(PolicyParameters given) {
        double small = given.part("small", 0.1);
        double ghost = given.part("ghost", 0.9);
        return new PolicySpec((room, seed, listener) -> new S3FifoPolicy(room, small, ghost, listener), false);
    }

    private static PolicySpec pageLru(int page) {
        return new PolicySpec((room, seed, listener) -> new PageLruPolicy(room, page, listener), false);
    }

    private static int pageOf(String spec) {
        String text = rest(spec);
        if (spec.equals(PAGE_LRU)) {
            return PAGE;
        }
        if (!text.matches("[1-9][0-9]{0,5}")) {
            throw new IllegalArgumentException(
                    "policy '" + spec + "': '" + text + "' is no page; use page-lru:N with N tokens, 1 or more");
        }
        return Integer.parseInt(text);
    }

    private static PolicySpec quota(String spec) {
        PolicySpec share = read(rest(spec).isEmpty() ? "lru" : rest(spec));
        if (page(rest(spec)).isPresent()) {
            throw new IllegalArgumentException(
                    "policy '" + spec + "': a quota is by token; use page-lru alone, with the pool split by layer");
        }
        return new PolicySpec(
                (room, seed, listener) -> new QuotaPolicy(room, share.maker(), seed, listener), share.needsScores());
    }
}
