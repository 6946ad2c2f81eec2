package dev.tarn.engine.attention;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one spec; what it refuses it refuses in one line. */
final class SpecReader {
    private static final int TOKEN_WAVE = 64;
    private static final int BLOCK_WAVE = 4;
    private static final Pattern PATTERN = Pattern.compile("F[FS]*");
    private static final List<String> FIXED = List.of("unit", "stop");

    private final @Nullable Preset preset;
    private final SpecOptions options;

    SpecReader(String spec) {
        boolean full = spec.startsWith("rank=");
        int colon = spec.indexOf(':');
        String name = (colon < 0 ? spec : spec.substring(0, colon)).toLowerCase(Locale.ROOT);
        if (!full && !Preset.names().contains(name)) {
            throw new IllegalArgumentException("attention '" + spec + "': unknown preset '" + name + "'; known are "
                    + String.join(", ", Preset.names()));
        }
        this.preset = full ? null : Preset.named(name);
        this.options = new SpecOptions(spec, full ? spec : colon < 0 ? null : spec.substring(colon + 1));
    }

    AttentionSpec read() {
        if (preset != null) {
            requireAllowed(preset);
        }
        RankingKind rank = rank();
        int block = block();
        StopRule stop = new StopReader(options, preset).read(rank);
        requireMeaning(rank, block, stop);
        boolean fromIndexer = rank == RankingKind.LIGHTNING;
        OptionalInt sink = fromIndexer ? OptionalInt.empty() : OptionalInt.of(preset == null ? 0 : preset.sink());
        return new AttentionSpec(
                preset == null ? "" : preset.label(),
                rank,
                within(rank, block),
                block,
                stop,
                stop.takesWaves() ? options.count("wave", 1, block == 1 ? TOKEN_WAVE : BLOCK_WAVE) : 0,
                options.count("sink", sink),
                options.count("recent", fromIndexer ? OptionalInt.empty() : OptionalInt.of(0)),
                options.count("dense", 0, 0),
                options.choice("share", defaultShare(rank), Share.values()),
                reuse(),
                options.whole("seed", 0));
    }

    private void requireAllowed(Preset known) {
        for (String fixed : FIXED) {
            options.refuse(
                    fixed,
                    "preset " + known.label() + " fixes " + fixed + "; write the spec in full, starting with rank=");
        }
        if (known.ranks().size() == 1) {
            options.refuse(
                    "rank", "preset " + known.label() + " fixes rank; write the spec in full, starting with rank=");
        }
        if (!known.takesBlocks()) {
            options.refuse(
                    "block",
                    "preset " + known.label() + " takes no blocks; write the spec in full, starting with rank=");
        }
        for (String knob : StopReader.KNOBS) {
            if (!known.knobs().contains(knob)) {
                options.refuse(
                        knob,
                        "preset " + known.label() + " has no " + knob + "; "
                                + (known.knobs().isEmpty()
                                        ? "it takes everything"
                                        : "its stop rule is set by " + String.join(" or ", known.knobs())));
            }
        }
    }

    private RankingKind rank() {
        if (preset == null) {
            return options.choice("rank", null, RankingKind.values());
        }
        RankingKind rank = options.choice("rank", preset.rank(), RankingKind.values());
        if (!preset.ranks().contains(rank)) {
            throw options.error("preset " + preset.label() + " ranks by " + preset.rankNames() + ", not by " + rank);
        }
        return rank;
    }

    private int block() {
        if (preset != null) {
            return options.count("block", 1, preset.block());
        }
        String unit = options.text("unit", "token");
        options.refuse("block", "the unit of a spec in full is written unit=block:" + options.text("block", ""));
        if (unit.equals("token")) {
            return 1;
        }
        if (!unit.startsWith("block:")) {
            throw options.error("unit '" + unit + "' is unknown; known are token, block:b");
        }
        return Math.toIntExact(options.number("unit", unit.substring("block:".length()), 1, Integer.MAX_VALUE));
    }

    private Share defaultShare(RankingKind rank) {
        if (preset != null) {
            return preset.share();
        }
        return rank.needsSummaries() ? Share.HEAD : Share.LAYER;
    }

    private @Nullable Candidates within(RankingKind rank, int block) {
        if (!options.has("within")) {
            return null;
        }
        if (rank != RankingKind.LIGHTNING || block != 1) {
            throw options.error(
                    "within picks the blocks whose tokens the lightning indexer ranks; it needs rank=lightning and tokens as units");
        }
        String[] parts = options.text("within", "").split(":", -1);
        if (parts.length != 3) {
            throw options.error("within '" + options.text("within", "") + "' must be RANK:b:N, such as quest:16:2048");
        }
        RankingKind outer = options.choose("within", parts[0], RankingKind.values());
        if (!outer.needsSummaries()) {
            throw options.error("within ranks blocks by quest, cuboid-mean or mean, not by " + outer);
        }
        return new Candidates(
                outer,
                Math.toIntExact(options.number("within", parts[1], 2, Integer.MAX_VALUE)),
                Math.toIntExact(options.number("within", parts[2], 1, Integer.MAX_VALUE)));
    }

    private LayerReuse reuse() {
        if (options.has("reuse") && options.has("pattern")) {
            throw options.error("reuse and pattern say the same; give one of them");
        }
        if (!options.has("pattern")) {
            return LayerReuse.every(options.count("reuse", 1, 1));
        }
        String pattern = options.text("pattern", "");
        if (!PATTERN.matcher(pattern).matches()) {
            throw options.error("pattern is '" + pattern + "'; it must be of F and S and start with F");
        }
        return new LayerReuse(pattern);
    }

    private void requireMeaning(RankingKind rank, int block, StopRule stop) {
        boolean chosen = !(stop instanceof StopRule.All);
        if (chosen == (rank == RankingKind.NONE)) {
            throw options.error(
                    chosen ? "a stop rule needs a ranking" : "stop=all takes everything and needs rank=none");
        }
        if (rank == RankingKind.NONE) {
            for (String key : List.of("sink", "recent", "share", "dense", "reuse", "pattern", "within", "block")) {
                options.refuse(key, "option " + key + " means nothing to dense attention; leave it out");
            }
        }
        if (rank.needsSummaries() && block == 1) {
            throw options.error("ranking " + rank + " ranks blocks; give "
                    + (preset == null ? "unit=block:b" : "block=b") + " with b of 2 or more");
        }
        if (rank != RankingKind.RANDOM) {
            options.refuse("seed", "option seed means nothing to ranking " + rank + "; leave it out");
        }
        if (!stop.takesWaves()) {
            options.refuse("wave", "option wave means nothing to stop rule " + stop + "; leave it out");
        }
        if (stop instanceof StopRule.Probability
                && (block != 1 || (rank != RankingKind.LIGHTNING && rank != RankingKind.ORACLE))) {
            throw options.error("stop rule prob needs tokens as units and rank lightning or oracle");
        }
    }
}
