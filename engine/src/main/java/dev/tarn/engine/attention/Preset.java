package dev.tarn.engine.attention;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A named point of the space with its defaults.
 *
 * @param label the name as specs write it
 * @param block tokens of a unit
 * @param stop the default stop rule in its long form
 * @param knobs the short options that set the stop rule
 * @param share for whom it selects
 * @param sink first positions always kept, where no indexer says how many
 * @param ranks the rankings that it may be told to use, its own first
 */
record Preset(
        String label, int block, String stop, List<String> knobs, Share share, int sink, List<RankingKind> ranks) {
    private static final List<String> BUDGET = List.of("k", "budgets");
    private static final List<String> MASS = List.of("eps");
    private static final List<String> GAIN = List.of("mu", "tau");

    private static final List<Preset> ALL = List.of(
            tokens("dense", "all", List.of(), 0, RankingKind.NONE),
            tokens("window", "k:256", BUDGET, 4, RankingKind.RECENCY),
            tokens("dsa", "k:256", BUDGET, 0, RankingKind.LIGHTNING),
            blocks("quest", 16, "k:1024", BUDGET, RankingKind.QUEST),
            blocks("arkvale", 32, "k:1024", BUDGET, RankingKind.CUBOID_MEAN),
            blocks(
                    "psa",
                    16,
                    "mass:0.95",
                    MASS,
                    RankingKind.CUBOID_MEAN,
                    RankingKind.QUEST,
                    RankingKind.MEAN,
                    RankingKind.ORACLE),
            tokens("psa-token", "mass:0.95", MASS, 0, RankingKind.LIGHTNING),
            tokens("marginal", "marginal:0.0001", GAIN, 0, RankingKind.LIGHTNING),
            tokens("oracle", "k:256", StopReader.KNOBS, 0, RankingKind.ORACLE),
            tokens("random", "k:256", BUDGET, 0, RankingKind.RANDOM));

    private static Preset tokens(String label, String stop, List<String> knobs, int sink, RankingKind rank) {
        return new Preset(label, 1, stop, knobs, Share.LAYER, sink, List.of(rank));
    }

    private static Preset blocks(String label, int block, String stop, List<String> knobs, RankingKind... ranks) {
        return new Preset(label, block, stop, knobs, Share.HEAD, 0, List.of(ranks));
    }

    /** The preset of a name; throws where there is none. */
    static Preset named(String name) {
        return ALL.stream()
                .filter(preset -> preset.label.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown preset '" + name + "'; known are " + String.join(", ", names())));
    }

    /** All names. */
    static List<String> names() {
        return ALL.stream().map(Preset::label).toList();
    }

    RankingKind rank() {
        return ranks.getFirst();
    }

    /** Whether the size of its blocks may be set. */
    boolean takesBlocks() {
        return block > 1 || rank() == RankingKind.ORACLE;
    }

    /** The rankings, for error messages. */
    String rankNames() {
        return ranks.stream().map(RankingKind::toString).collect(Collectors.joining(", "));
    }
}
