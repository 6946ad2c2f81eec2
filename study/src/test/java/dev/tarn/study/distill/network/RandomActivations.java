package dev.tarn.study.distill.network;

import dev.tarn.engine.compute.AttentionShape;
import java.util.random.RandomGenerator;

/** Random activations of one layer, all in plain arrays. */
final class RandomActivations implements LayerActivations {
    final float[][] hidden;
    final float[][] keys;
    final float[][] queries;
    private final AttentionShape shape;

    RandomActivations(RandomGenerator random, int tokens, int width, AttentionShape shape) {
        this.shape = shape;
        hidden = normal(random, tokens, width, 1);
        keys = normal(random, tokens, shape.kvHeads() * shape.keyDim(), 1.5);
        queries = normal(random, tokens, shape.heads() * shape.keyDim(), 1.5);
    }

    private static float[][] normal(RandomGenerator random, int rows, int cols, double sd) {
        float[][] x = new float[rows][cols];
        for (float[] row : x) {
            for (int i = 0; i < cols; i++) {
                row[i] = (float) (sd * random.nextGaussian());
            }
        }
        return x;
    }

    private static void tile(float[][] x, int tile, int from, int count, float[] out) {
        for (int c = 0; c < count; c++) {
            for (int lane = 0; lane < TILE; lane++) {
                int t = tile * TILE + lane;
                out[c * TILE + lane] = t < x.length ? x[t][from + c] : 0;
            }
        }
    }

    @Override
    public void hiddenTile(int tile, float[] out) {
        tile(hidden, tile, 0, hidden[0].length, out);
    }

    @Override
    public void hidden(int position, float[] out, int offset) {
        System.arraycopy(hidden[position], 0, out, offset, hidden[position].length);
    }

    @Override
    public void keyTile(int tile, int kvHead, float[] out) {
        tile(keys, tile, kvHead * shape.keyDim(), shape.keyDim(), out);
    }

    @Override
    public void query(int position, float[] out, int offset) {
        System.arraycopy(queries[position], 0, out, offset, queries[position].length);
    }
}
