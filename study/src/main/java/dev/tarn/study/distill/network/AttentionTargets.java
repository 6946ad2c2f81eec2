package dev.tarn.study.distill.network;

import static dev.tarn.study.distill.network.LayerActivations.TILE;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.cpu.Kernels;
import java.util.Arrays;
import java.util.List;

/**
 * Dense attention of a few queries over all their candidates: softmax per head, then mean and, where asked, maximum over the
 * heads of one or several layers. Belongs to one worker; its arrays are scratch.
 */
final class AttentionTargets {
    private final Kernels kernels;
    private final AttentionShape shape;
    private final int stride;
    private final float[] query;
    private final float[] queries;
    private final float[] keys;
    private final float[] scores;

    /** Targets of up to {@code maxQueries} queries at once, in rows of {@code stride} floats. */
    AttentionTargets(Kernels kernels, AttentionShape shape, int maxQueries, int stride) {
        this.kernels = kernels;
        this.shape = shape;
        this.stride = stride;
        this.query = new float[shape.heads() * shape.keyDim()];
        this.queries = new float[maxQueries * shape.groupSize() * shape.keyDim()];
        this.keys = new float[shape.keyDim() * TILE];
        this.scores = new float[maxQueries * shape.groupSize() * stride];
    }

    /**
     * Fills rows 0..count-1 for the queries at positions[first..first+count-1]; past a query's own position rows hold 0.
     *
     * @param layers whose heads are taken together
     * @param mean receives the mean over all heads
     * @param max receives the maximum over all heads, or has length 0
     */
    void compute(List<LayerActivations> layers, int[] positions, int first, int count, float[] mean, float[] max) {
        int last = 0;
        for (int i = 0; i < count; i++) {
            last = Math.max(last, positions[first + i]);
        }
        int tiles = last / TILE + 1;
        for (int i = 0; i < count; i++) {
            Arrays.fill(mean, i * stride, i * stride + tiles * TILE, 0);
            if (max.length > 0) {
                Arrays.fill(max, i * stride, i * stride + tiles * TILE, 0);
            }
        }
        float share = 1f / (layers.size() * shape.heads());
        for (LayerActivations layer : layers) {
            for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
                score(layer, kvHead, positions, first, count, tiles);
                for (int i = 0; i < count; i++) {
                    for (int h = 0; h < shape.groupSize(); h++) {
                        addHead((i * shape.groupSize() + h) * stride, positions[first + i] + 1, share, mean, max, i);
                    }
                }
            }
        }
    }

    /** Scaled scores of one KV head's query heads. */
    private void score(LayerActivations layer, int kvHead, int[] positions, int first, int count, int tiles) {
        int group = shape.groupSize();
        int dim = shape.keyDim();
        for (int i = 0; i < count; i++) {
            layer.query(positions[first + i], query, 0);
            for (int j = 0; j < group * dim; j++) {
                queries[i * group * dim + j] = query[kvHead * group * dim + j] * shape.scale();
            }
        }
        for (int tile = 0; tile < tiles; tile++) {
            layer.keyTile(tile, kvHead, keys);
            kernels.gemm(queries, 0, dim, keys, 0, TILE, scores, tile * TILE, stride, count * group, dim, TILE, false);
        }
    }

    private void addHead(int at, int n, float share, float[] mean, float[] max, int row) {
        float sum = kernels.expSum(scores, at, n, kernels.max(scores, at, n));
        float factor = share / sum;
        int to = row * stride;
        for (int s = 0; s < n; s++) {
            mean[to + s] = Math.fma(scores[at + s], factor, mean[to + s]);
        }
        if (max.length > 0) {
            float whole = 1 / sum;
            for (int s = 0; s < n; s++) {
                max[to + s] = Math.max(max[to + s], scores[at + s] * whole);
            }
        }
    }
}
