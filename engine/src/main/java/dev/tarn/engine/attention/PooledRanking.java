package dev.tarn.engine.attention;

/** A token ranking made into one of blocks: a block counts as the sum of its tokens, or as the best of them. */
final class PooledRanking implements Ranking {
    private final Ranking tokens;
    private final int block;
    private final boolean sum;
    private final float[][] scores;

    PooledRanking(Ranking tokens, int block, boolean sum, int workers) {
        this.tokens = tokens;
        this.block = block;
        this.sum = sum;
        this.scores = new float[workers][0];
    }

    @Override
    public void prepare(LayerInput input, int fromRow) {
        tokens.prepare(input, fromRow);
    }

    @Override
    public void score(LayerInput input, int row, int group, int worker, float[] out) {
        int n = input.position(row) + 1;
        if (scores[worker].length < n) {
            scores[worker] = new float[Math.max(n, 2 * scores[worker].length)];
        }
        float[] of = scores[worker];
        tokens.score(input, row, group, worker, of);
        for (int from = 0; from < n; from += block) {
            float pooled = of[from];
            for (int s = from + 1; s < Math.min(n, from + block); s++) {
                pooled = sum ? pooled + of[s] : Math.max(pooled, of[s]);
            }
            out[from / block] = pooled;
        }
    }

    @Override
    public long indexBytes(LayerInput input, int row, int group) {
        return tokens.indexBytes(input, row, group);
    }
}
