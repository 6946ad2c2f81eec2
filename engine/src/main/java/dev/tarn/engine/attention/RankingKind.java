package dev.tarn.engine.attention;

import java.util.Locale;

/** How promising a candidate is before attention is computed. */
public enum RankingKind {
    /** No order: for attention that takes everything. */
    NONE,
    /** The newest first. */
    RECENCY,
    /** A fixed random order, drawn from hash(seed, layer, t, s). */
    RANDOM,
    /** The lightning indexer's score. */
    LIGHTNING,
    /** True attention, summed over heads; an upper bound for evaluation. */
    ORACLE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
