package dev.tarn.engine.attention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads attention specs: {@code dsa:k=256}, or in full {@code rank=lightning,unit=token,stop=k:256,sink=4,recent=64}. In a
 * comma-separated list an item without {@code =}, with {@code :} before its first {@code =}, or starting with {@code rank=}
 * begins a new spec. Errors are {@link IllegalArgumentException}s of one line.
 */
public final class AttentionSpecs {
    private static final int DEFAULT_K = 256;
    private static final int WINDOW_SINK = 4;
    private static final Set<String> KEYS =
            new TreeSet<>(List.of("rank", "unit", "stop", "k", "sink", "recent", "share", "seed"));
    private static final Map<String, RankingKind> PRESETS = presets();

    private AttentionSpecs() {}

    private static Map<String, RankingKind> presets() {
        Map<String, RankingKind> presets = new LinkedHashMap<>();
        presets.put("dense", RankingKind.NONE);
        presets.put("window", RankingKind.RECENCY);
        presets.put("dsa", RankingKind.LIGHTNING);
        presets.put("oracle", RankingKind.ORACLE);
        presets.put("random", RankingKind.RANDOM);
        return presets;
    }

    /** The names of the presets. */
    public static List<String> presetNames() {
        return List.copyOf(PRESETS.keySet());
    }

    /** Reads a list of specs, in the order given. */
    public static List<AttentionSpec> parseList(String text) {
        List<String> specs = new ArrayList<>();
        for (String item : text.split(",", -1)) {
            int equals = item.indexOf('=');
            int colon = item.indexOf(':');
            boolean begins =
                    equals < 0 || (colon >= 0 && colon < equals) || item.strip().startsWith("rank=");
            if (begins || specs.isEmpty()) {
                specs.add(item);
            } else {
                specs.add(specs.removeLast() + "," + item);
            }
        }
        return specs.stream().map(AttentionSpecs::parse).toList();
    }

    /** Reads one spec. */
    public static AttentionSpec parse(String text) {
        String spec = text.strip();
        if (spec.startsWith("rank=")) {
            return build(spec, "", options(spec, spec));
        }
        int colon = spec.indexOf(':');
        String preset = (colon < 0 ? spec : spec.substring(0, colon)).toLowerCase(Locale.ROOT);
        if (!PRESETS.containsKey(preset)) {
            throw new IllegalArgumentException("attention '" + spec + "': unknown preset '" + preset + "'; known are "
                    + String.join(", ", PRESETS.keySet()));
        }
        Map<String, String> options = colon < 0 ? Map.of() : options(spec, spec.substring(colon + 1));
        for (String fixed : List.of("rank", "unit", "stop")) {
            if (options.containsKey(fixed)) {
                throw new IllegalArgumentException("attention '" + spec + "': preset " + preset + " fixes " + fixed
                        + "; write the spec in full, starting with rank=");
            }
        }
        return build(spec, preset, options);
    }

    private static Map<String, String> options(String spec, String text) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String item : text.split(",", -1)) {
            int equals = item.indexOf('=');
            String key = equals < 0 ? item.strip() : item.substring(0, equals).strip();
            if (equals < 0 || !KEYS.contains(key)) {
                throw new IllegalArgumentException(
                        "attention '" + spec + "': unknown option '" + key + "'; known are " + String.join(", ", KEYS));
            }
            if (options.put(key, item.substring(equals + 1).strip()) != null) {
                throw new IllegalArgumentException("attention '" + spec + "': option " + key + " is given twice");
            }
        }
        return options;
    }

    private static AttentionSpec build(String spec, String preset, Map<String, String> options) {
        RankingKind rank = preset.isEmpty()
                ? choice(spec, "rank", options.getOrDefault("rank", ""), RankingKind.values())
                : Objects.requireNonNull(PRESETS.get(preset));
        String unit = options.getOrDefault("unit", "token");
        if (!unit.equals("token")) {
            throw new IllegalArgumentException(
                    "attention '" + spec + "': unit '" + unit + "' is unknown; known is token");
        }
        StopRule stop = stop(spec, rank, options);
        boolean chosen = stop instanceof StopRule.TopK;
        if (chosen == (rank == RankingKind.NONE)) {
            throw new IllegalArgumentException("attention '" + spec + "': "
                    + (chosen ? "a budget needs a ranking" : "stop=all takes everything and needs rank=none"));
        }
        requireMeaning(spec, rank, options);
        boolean fromIndexer = rank == RankingKind.LIGHTNING;
        int defaultSink = preset.equals("window") ? WINDOW_SINK : 0;
        return new AttentionSpec(
                preset,
                rank,
                stop,
                count(spec, options, "sink", fromIndexer ? OptionalInt.empty() : OptionalInt.of(defaultSink)),
                count(spec, options, "recent", fromIndexer ? OptionalInt.empty() : OptionalInt.of(0)),
                choice(spec, "share", options.getOrDefault("share", "layer"), Share.values()),
                number(spec, "seed", options.getOrDefault("seed", "0")));
    }

    private static void requireMeaning(String spec, RankingKind rank, Map<String, String> options) {
        for (String key : List.of("sink", "recent", "share")) {
            if (rank == RankingKind.NONE && options.containsKey(key)) {
                throw new IllegalArgumentException(
                        "attention '" + spec + "': option " + key + " means nothing to dense attention; leave it out");
            }
        }
        if (rank != RankingKind.RANDOM && options.containsKey("seed")) {
            throw new IllegalArgumentException(
                    "attention '" + spec + "': option seed means nothing to ranking " + rank + "; leave it out");
        }
    }

    private static StopRule stop(String spec, RankingKind rank, Map<String, String> options) {
        String stop = options.getOrDefault("stop", rank == RankingKind.NONE ? "all" : "k");
        if (stop.equals("all")) {
            if (options.containsKey("k")) {
                throw new IllegalArgumentException("attention '" + spec + "': dense attention has no budget k");
            }
            return new StopRule.All();
        }
        if (!stop.equals("k") && !stop.startsWith("k:")) {
            throw new IllegalArgumentException(
                    "attention '" + spec + "': stop rule '" + stop + "' is unknown; known are all, k:N");
        }
        if (stop.startsWith("k:") && options.containsKey("k")) {
            throw new IllegalArgumentException("attention '" + spec + "': the budget is given twice, as stop=" + stop
                    + " and as k=" + options.get("k"));
        }
        String k = stop.startsWith("k:") ? stop.substring(2) : options.getOrDefault("k", "" + DEFAULT_K);
        long value = number(spec, "k", k);
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("attention '" + spec + "': k is " + value + "; it must be at least 1");
        }
        return new StopRule.TopK((int) value);
    }

    private static OptionalInt count(String spec, Map<String, String> options, String key, OptionalInt fallback) {
        if (!options.containsKey(key)) {
            return fallback;
        }
        long value = number(spec, key, options.get(key));
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "attention '" + spec + "': " + key + " is " + value + "; it must not be negative");
        }
        return OptionalInt.of((int) value);
    }

    private static long number(String spec, String key, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "attention '" + spec + "': " + key + " is '" + value + "'; it must be a whole number", e);
        }
    }

    private static <T extends Enum<T>> T choice(String spec, String key, String value, T[] values) {
        for (T candidate : values) {
            if (candidate.toString().equals(value)) {
                return candidate;
            }
        }
        List<String> known = Arrays.stream(values).map(Enum::toString).toList();
        throw new IllegalArgumentException("attention '" + spec + "': " + key + " '" + value
                + "' is unknown; known are " + String.join(", ", known));
    }
}
