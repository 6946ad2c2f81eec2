package dev.tarn.study.distill.network;

import dev.tarn.engine.compute.cpu.Kernels;
import java.util.Arrays;

/**
 * Index queries and head weights of sampled tokens, forwards and backwards: q(t) = RoPE(Wq h_t), w(t) = Ww h_t. Belongs to one
 * worker; its arrays are scratch.
 */
final class IndexQueries {
    private final Kernels kernels;
    private final IndexerShape shape;
    private final RotaryTable rotary;
    private final float[] hidden;
    private final float[] transposed;

    /** [query][heads][dim]. */
    final float[] queries;

    /** [query][heads]. */
    final float[] weights;

    /** The loss by the queries; added to between {@link #forward} and {@link #backward}. */
    final float[] gradient;

    /** The loss by the head weights. */
    final float[] weightGradient;

    IndexQueries(Kernels kernels, IndexerShape shape, RotaryTable rotary, int maxQueries) {
        this.kernels = kernels;
        this.shape = shape;
        this.rotary = rotary;
        this.hidden = new float[maxQueries * shape.hidden()];
        this.transposed = new float[maxQueries * shape.hidden()];
        this.queries = new float[maxQueries * shape.queryDim()];
        this.weights = new float[maxQueries * shape.heads()];
        this.gradient = new float[maxQueries * shape.queryDim()];
        this.weightGradient = new float[maxQueries * shape.heads()];
    }

    /** Computes queries and weights of the tokens at {@code count} positions and clears their gradients. */
    void forward(LayerActivations layer, float[] p, int[] positions, int count) {
        int width = shape.hidden();
        int wide = shape.queryDim();
        for (int i = 0; i < count; i++) {
            layer.hidden(positions[i], hidden, i * width);
        }
        kernels.gemm(hidden, 0, width, p, 0, wide, queries, 0, wide, count, width, wide, false);
        rotate(queries, positions, count, 1);
        kernels.gemm(
                hidden,
                0,
                width,
                p,
                shape.headWeightOffset(),
                shape.heads(),
                weights,
                0,
                shape.heads(),
                count,
                width,
                shape.heads(),
                false);
        Arrays.fill(gradient, 0, count * wide, 0);
        Arrays.fill(weightGradient, 0, count * shape.heads(), 0);
    }

    private void rotate(float[] x, int[] positions, int count, int sign) {
        for (int i = 0; i < count; i++) {
            for (int head = 0; head < shape.heads(); head++) {
                rotary.rotate(x, i * shape.queryDim() + head * shape.dim(), positions[i], sign);
            }
        }
    }

    /** Adds the gradients of Wq and Ww to {@code into}, laid out as the parameters are. */
    void backward(int[] positions, int count, float[] into) {
        int width = shape.hidden();
        int wide = shape.queryDim();
        rotate(gradient, positions, count, -1);
        IndexKeys.transpose(hidden, 0, count, width, transposed, 0);
        kernels.gemm(transposed, 0, count, gradient, 0, wide, into, 0, wide, width, count, wide, true);
        kernels.gemm(
                transposed,
                0,
                count,
                weightGradient,
                0,
                shape.heads(),
                into,
                shape.headWeightOffset(),
                shape.heads(),
                width,
                count,
                shape.heads(),
                true);
    }
}
