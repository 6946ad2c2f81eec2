package dev.tarn.engine.attention;

/** Scores candidates; a higher score is taken earlier, and of equal scores the one that the {@link TieOrder} says. */
public interface Ranking {
    /** Called once for each layer and forward pass, before the rows from {@code fromRow} on are scored. */
    default void prepare(LayerInput input, int fromRow) {}

    /**
     * Scores the candidates of one query.
     *
     * @param group the KV head whose query heads the selection is for, or {@link Selection#ALL_HEADS}
     * @param scores receives the scores of positions 0 .. input.position(row)
     */
    void score(LayerInput input, int row, int group, float[] scores);
}
