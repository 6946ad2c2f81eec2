package dev.tarn.engine.attention;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One point in the space of sparse attention, as the user wrote it and filled with defaults.
 *
 * @param preset the preset's name, or empty where the spec was written in full
 * @param rank how units are ranked
 * @param within the blocks whose tokens are ranked, or null where all are
 * @param block tokens of a unit; 1 where units are tokens
 * @param stop when enough are taken
 * @param wave units attended before a mass or marginal rule is asked again; 0 where the stop rule has no waves
 * @param sink how many first positions are always kept; empty: what the indexer's file says
 * @param recent how many newest positions are always kept; empty: what the indexer's file says
 * @param denseLayers how many first layers attend densely
 * @param share for whom a selection is made
 * @param reuse which layers use the selection of another
 * @param seed the seed of the random ranking
 */
public record AttentionSpec(
        String preset,
        RankingKind rank,
        @Nullable Candidates within,
        int block,
        StopRule stop,
        int wave,
        OptionalInt sink,
        OptionalInt recent,
        int denseLayers,
        Share share,
        LayerReuse reuse,
        long seed) {
    /** Dense attention. */
    public static final AttentionSpec DENSE = AttentionSpecs.parse("dense");

    /** The fixed budget in positions, 0 where the stop rule has none or one for each layer. */
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

    /** Whether selections need block summaries of the keys. */
    public boolean needsSummaries() {
        return rank.needsSummaries() || within != null;
    }

    /** Up to how many candidates a layer takes all, so that attention is exactly dense and nothing is ranked. */
    int denseUpTo(int layer) {
        return switch (stop) {
            case StopRule.All _ -> Integer.MAX_VALUE;
            case StopRule.TopK top -> top.k();
            case StopRule.Budgets budgets -> budgets.k().get(layer);
            case StopRule.Mass _, StopRule.Marginal _ ->
                Math.toIntExact(Math.min(Integer.MAX_VALUE, (long) wave * block));
            case StopRule.Probability _ -> sink.orElse(0) + recent.orElse(0);
        };
    }

    /** The same spec with what is always kept filled in from the indexer's file (0 and 0 without an indexer). */
    public AttentionSpec resolve(int defaultSink, int defaultRecent) {
        return new AttentionSpec(
                preset,
                rank,
                within,
                block,
                stop,
                wave,
                OptionalInt.of(sink.orElse(defaultSink)),
                OptionalInt.of(recent.orElse(defaultRecent)),
                denseLayers,
                share,
                reuse,
                seed);
    }

    /** The spec in a form that {@link AttentionSpecs#parse} reads back to an equal one. */
    @Override
    public String toString() {
        return SpecText.of(this);
    }
}
