package dev.tarn.engine.attention;

/** The newest first (StreamingLLM's window). */
final class RecencyRanking implements Ranking {
    private final int block;

    RecencyRanking(int block) {
        this.block = block;
    }

    @Override
    public void score(LayerInput input, int row, int group, int worker, float[] scores) {
        for (int s = 0; s <= input.position(row) / block; s++) {
            scores[s] = s;
        }
    }
}
