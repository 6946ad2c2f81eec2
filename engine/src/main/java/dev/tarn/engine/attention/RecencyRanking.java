package dev.tarn.engine.attention;

/** The newest first (StreamingLLM's window). */
final class RecencyRanking implements Ranking {
    @Override
    public void score(LayerInput input, int row, int group, float[] scores) {
        for (int s = 0; s <= input.position(row); s++) {
            scores[s] = s;
        }
    }
}
