package dev.tarn.engine.attention;

import dev.tarn.engine.kv.KvCache;

/**
 * Scores units, tokens or blocks of them; a higher score is taken earlier, and of equal scores what the {@link TieOrder} says. In a
 * two-level ranking a unit that scores {@link Float#NEGATIVE_INFINITY} is no candidate.
 */
public interface Ranking {
    /** Called once for each layer and forward pass, before the rows from {@code fromRow} on are scored. */
    default void prepare(LayerInput input, int fromRow) {}

    /** Makes what it keeps in a cache of a layer's tokens, so that it can be saved with them; nothing where it keeps nothing. */
    default void summarise(KvCache cache, int layer) {}

    /**
     * Scores the candidates of one query. May run for several rows at a time.
     *
     * @param group the KV head whose query heads the selection is for, or {@link Selection#ALL_HEADS}
     * @param worker which of the backend's workers calls: scratch is kept for each
     * @param scores receives the scores of the units of positions 0 .. input.position(row); that of the newest block, which is always
     *     taken, may be 0
     */
    void score(LayerInput input, int row, int group, int worker, float[] scores);

    /** Bytes of index keys or summaries that {@link #score} reads for a query; 0 where it reads none that a deployment would keep. */
    default long indexBytes(LayerInput input, int row, int group) {
        return 0;
    }
}
