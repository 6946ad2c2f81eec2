package dev.tarn.engine.attention;

import java.util.Locale;

/** How promising a unit is before attention is computed. */
public enum RankingKind {
    /** No order: for attention that takes everything. */
    NONE,
    /** The newest first. */
    RECENCY,
    /** A fixed random order, drawn from hash(seed, layer, t, unit). */
    RANDOM,
    /** The lightning indexer's score; a block counts as its best token. */
    LIGHTNING,
    /** The best that a query can find inside the box of a block's keys: Σ max(q·min, q·max) (Quest). */
    QUEST,
    /** The same with the box c ± r, c = (max + min) / 2, r = mean |K - c| (ArkVale). */
    CUBOID_MEAN,
    /** q · mean(K) of a block. */
    MEAN,
    /** True attention, summed over heads and over a block's tokens; an upper bound for evaluation. */
    ORACLE;

    /** Whether it scores blocks by a summary of their keys, and so knows no single tokens. */
    public boolean needsSummaries() {
        return this == QUEST || this == CUBOID_MEAN || this == MEAN;
    }

    /** Whether it orders units differently for each KV head where selections are made per head. */
    public boolean perHead() {
        return needsSummaries() || this == ORACLE;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
