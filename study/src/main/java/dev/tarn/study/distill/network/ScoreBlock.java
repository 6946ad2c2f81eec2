package dev.tarn.study.distill.network;

import static dev.tarn.study.distill.network.LayerActivations.TILE;

import dev.tarn.engine.compute.cpu.Kernels;
import java.util.Arrays;

/**
 * Index scores of a few queries against all their candidates, I(t,s) = Σ_j w_j(t) · max(0, q_j(t) · k(s)), and their gradients.
 * Belongs to one worker; its arrays are scratch.
 */
final class ScoreBlock {
    private final Kernels kernels;
    private final IndexerShape shape;
    private final int stride;
    private final float[] transposed;
    private final float[] dot = new float[1];

    /** max(0, q_j · k), [query][heads] rows of {@code stride}; on the way back the loss by q_j · k. */
    private final float[] products;

    /** I, [query] rows of {@code stride}; on the way back the loss by I. */
    final float[] scores;

    /** Scores of up to {@code maxQueries} queries at once, in rows of {@code stride} floats. */
    ScoreBlock(Kernels kernels, IndexerShape shape, int maxQueries, int stride) {
        this.kernels = kernels;
        this.shape = shape;
        this.stride = stride;
        this.transposed = new float[maxQueries * shape.queryDim()];
        this.products = new float[maxQueries * shape.heads() * stride];
        this.scores = new float[maxQueries * stride];
    }

    /** Scores queries first..first+count-1 against the tokens of the first {@code tiles} tiles. */
    void forward(IndexQueries q, IndexKeys k, int first, int count, int tiles) {
        int heads = shape.heads();
        int dim = shape.dim();
        int n = tiles * TILE;
        for (int tile = 0; tile < tiles; tile++) {
            kernels.gemm(
                    q.queries,
                    first * shape.queryDim(),
                    dim,
                    k.tiles,
                    tile * dim * TILE,
                    TILE,
                    products,
                    tile * TILE,
                    stride,
                    count * heads,
                    dim,
                    TILE,
                    false);
        }
        for (int i = 0; i < count; i++) {
            Arrays.fill(scores, i * stride, i * stride + n, 0);
            for (int j = 0; j < heads; j++) {
                rectify((i * heads + j) * stride, q.weights[(first + i) * heads + j], i * stride, n);
            }
        }
    }

    private void rectify(int from, float weight, int to, int n) {
        for (int s = 0; s < n; s++) {
            float product = Math.max(products[from + s], 0f);
            products[from + s] = product;
            scores[to + s] = Math.fma(weight, product, scores[to + s]);
        }
    }

    /** Turns the loss by the score of row {@code i}, given for candidates from..to-1, into the loss by products and head weights. */
    void backwardRow(IndexQueries q, int first, int i, int from, int to, int tiles) {
        int heads = shape.heads();
        for (int j = 0; j < heads; j++) {
            int head = (first + i) * heads + j;
            int at = (i * heads + j) * stride;
            kernels.gemv(products, at + from, 1, to - from, scores, i * stride + from, dot, 0);
            q.weightGradient[head] += dot[0];
            // The sign of a rectified product is the derivative of the rectifier.
            float weight = q.weights[head];
            for (int s = from; s < to; s++) {
                products[at + s] = Math.signum(products[at + s]) * (weight * scores[i * stride + s]);
            }
            Arrays.fill(products, at, at + from, 0);
            Arrays.fill(products, at + to, at + tiles * TILE, 0);
        }
    }

    /** Adds the loss by queries and keys. */
    void backward(IndexQueries q, IndexKeys k, int first, int count, int tiles) {
        int rows = count * shape.heads();
        int dim = shape.dim();
        IndexKeys.transpose(q.queries, first * shape.queryDim(), rows, dim, transposed, 0);
        for (int tile = 0; tile < tiles; tile++) {
            int at = tile * dim * TILE;
            kernels.gemm(
                    products,
                    tile * TILE,
                    stride,
                    k.rows,
                    at,
                    dim,
                    q.gradient,
                    first * shape.queryDim(),
                    dim,
                    rows,
                    TILE,
                    dim,
                    true);
            kernels.gemm(
                    transposed, 0, rows, products, tile * TILE, stride, k.gradient, at, TILE, dim, rows, TILE, true);
        }
    }
}
