package dev.tarn.engine.attention;

import java.util.OptionalInt;

/**
 * One point in the space of sparse attention, as the user wrote it and filled with defaults.
 *
 * @param preset the preset's name, or empty where the spec was written in full
 * @param rank how candidates are ranked
 * @param stop when enough are taken
 * @param sink how many first positions are always kept; empty: what the indexer's file says
 * @param recent how many newest positions are always kept; empty: what the indexer's file says
 * @param share for whom a selection is made
 * @param seed the seed of the random ranking
 */
public record AttentionSpec(
        String preset, RankingKind rank, StopRule stop, OptionalInt sink, OptionalInt recent, Share share, long seed) {
    /** Dense attention. */
    public static final AttentionSpec DENSE = AttentionSpecs.parse("dense");

    /** The fixed budget in positions, 0 where the stop rule has none. */
    public int k() {
        return stop instanceof StopRule.TopK top ? top.k() : 0;
    }

    /** Whether everything is attended. */
    public boolean isDense() {
        return stop instanceof StopRule.All;
    }

    /** Whether selections need index keys. */
    public boolean needsIndexer() {
        return rank == RankingKind.LIGHTNING;
    }

    /** The same spec with what is always kept filled in from the indexer's file (0 and 0 without an indexer). */
    public AttentionSpec resolve(int defaultSink, int defaultRecent) {
        return new AttentionSpec(
                preset,
                rank,
                stop,
                OptionalInt.of(sink.orElse(defaultSink)),
                OptionalInt.of(recent.orElse(defaultRecent)),
                share,
                seed);
    }

    /** The spec in a form that {@link AttentionSpecs#parse} reads back to an equal one. */
    @Override
    public String toString() {
        if (isDense()) {
            return preset.isEmpty() ? "rank=none,unit=token,stop=all" : preset;
        }
        StringBuilder text = new StringBuilder(
                preset.isEmpty() ? "rank=" + rank + ",unit=token,stop=" + stop : preset + ":k=" + k());
        sink.ifPresent(n -> text.append(",sink=").append(n));
        recent.ifPresent(n -> text.append(",recent=").append(n));
        text.append(",share=").append(share);
        if (rank == RankingKind.RANDOM) {
            text.append(",seed=").append(seed);
        }
        return text.toString();
    }
}
