package dev.tarn.study.distill.network;

import static dev.tarn.study.distill.network.LayerActivations.TILE;

import dev.tarn.engine.compute.cpu.Kernels;
import java.util.Arrays;

/**
 * Index keys of one window, forwards and backwards: k(s) = RoPE(LayerNorm(Wk h_s)). Belongs to one worker; its arrays are
 * scratch. Keys are kept twice: tiles [dim][TILE] to score with, rows [token][dim] for the gradient of the queries.
 */
final class IndexKeys {
    private final Kernels kernels;
    private final IndexerShape shape;
    private final RotaryTable rotary;
    private final float[] hidden;
    private final float[] product;
    private final float[] mean = new float[TILE];
    private final float[] spread = new float[TILE];
    private final float[] weightGradient;
    private final float[] inverse;
    private final float[] normalised;

    /** [tile][dim][TILE]. */
    final float[] tiles;

    /** [token][dim]. */
    final float[] rows;

    /** The loss by the keys, [tile][dim][TILE]; added to between {@link #forward} and {@link #backward}. */
    final float[] gradient;

    private int count;

    IndexKeys(Kernels kernels, IndexerShape shape, RotaryTable rotary, int maxTokens) {
        this.kernels = kernels;
        this.shape = shape;
        this.rotary = rotary;
        int most = (maxTokens + TILE - 1) / TILE * TILE;
        this.hidden = new float[shape.hidden() * TILE];
        this.product = new float[shape.dim() * TILE];
        this.weightGradient = new float[shape.hidden() * shape.dim()];
        this.inverse = new float[most];
        this.normalised = new float[most * shape.dim()];
        this.tiles = new float[most * shape.dim()];
        this.rows = new float[most * shape.dim()];
        this.gradient = new float[most * shape.dim()];
    }

    /** Computes the keys of the first {@code tokens} tokens and clears their gradient. */
    void forward(LayerActivations layer, float[] p, int tokens) {
        int dim = shape.dim();
        count = (tokens + TILE - 1) / TILE;
        for (int tile = 0; tile < count; tile++) {
            int at = tile * dim * TILE;
            layer.hiddenTile(tile, hidden);
            kernels.gemm(
                    p,
                    shape.keyOffset(),
                    shape.hidden(),
                    hidden,
                    0,
                    TILE,
                    product,
                    0,
                    TILE,
                    dim,
                    shape.hidden(),
                    TILE,
                    false);
            normalise(p, tile);
            rotary.rotateTile(tiles, at, TILE, tile * TILE, 1);
            transpose(tiles, at, dim, TILE, rows, at);
        }
        Arrays.fill(gradient, 0, count * dim * TILE, 0);
    }

    /** LayerNorm down the columns of one tile: each column is a token. */
    private void normalise(float[] p, int tile) {
        int dim = shape.dim();
        Arrays.fill(mean, 0);
        for (int d = 0; d < dim; d++) {
            kernels.add(mean, 0, product, d * TILE, TILE);
        }
        kernels.scale(mean, 0, TILE, 1f / dim);
        Arrays.fill(spread, 0);
        for (int d = 0; d < dim; d++) {
            for (int lane = 0; lane < TILE; lane++) {
                float x = product[d * TILE + lane] - mean[lane];
                spread[lane] = Math.fma(x, x, spread[lane]);
            }
        }
        for (int lane = 0; lane < TILE; lane++) {
            inverse[tile * TILE + lane] = (float) (1 / Math.sqrt(spread[lane] / dim + IndexerShape.NORM_EPS));
        }
        for (int d = 0; d < dim; d++) {
            int at = (tile * dim + d) * TILE;
            float gain = p[shape.gainOffset() + d];
            float bias = p[shape.biasOffset() + d];
            for (int lane = 0; lane < TILE; lane++) {
                float x = (product[d * TILE + lane] - mean[lane]) * inverse[tile * TILE + lane];
                normalised[at + lane] = x;
                tiles[at + lane] = Math.fma(x, gain, bias);
            }
        }
    }

    /** Adds the gradients of Wk, gain and bias to {@code into}, laid out as the parameters are. */
    void backward(LayerActivations layer, float[] p, float[] into) {
        int dim = shape.dim();
        Arrays.fill(weightGradient, 0);
        for (int tile = 0; tile < count; tile++) {
            int at = tile * dim * TILE;
            rotary.rotateTile(gradient, at, TILE, tile * TILE, -1);
            normaliseBackward(p, tile, into);
            transpose(gradient, at, dim, TILE, product, 0);
            layer.hiddenTile(tile, hidden);
            kernels.gemm(hidden, 0, TILE, product, 0, dim, weightGradient, 0, dim, shape.hidden(), TILE, dim, true);
        }
        for (int d = 0; d < dim; d++) {
            for (int i = 0; i < shape.hidden(); i++) {
                into[shape.keyOffset() + d * shape.hidden() + i] += weightGradient[i * dim + d];
            }
        }
    }

    /** Turns the loss by normalised, scaled keys into the loss by Wk h: g' = (ĝ - mean ĝ - x̂ · mean(ĝ x̂)) / σ with ĝ = g · gain. */
    private void normaliseBackward(float[] p, int tile, float[] into) {
        int dim = shape.dim();
        Arrays.fill(mean, 0);
        Arrays.fill(spread, 0);
        for (int d = 0; d < dim; d++) {
            int at = (tile * dim + d) * TILE;
            float gain = p[shape.gainOffset() + d];
            float gainGradient = 0;
            float biasGradient = 0;
            for (int lane = 0; lane < TILE; lane++) {
                gainGradient += gradient[at + lane] * normalised[at + lane];
                biasGradient += gradient[at + lane];
            }
            into[shape.gainOffset() + d] += gainGradient;
            into[shape.biasOffset() + d] += biasGradient;
            for (int lane = 0; lane < TILE; lane++) {
                float g = gradient[at + lane] * gain;
                gradient[at + lane] = g;
                mean[lane] += g;
                spread[lane] = Math.fma(g, normalised[at + lane], spread[lane]);
            }
        }
        for (int d = 0; d < dim; d++) {
            int at = (tile * dim + d) * TILE;
            for (int lane = 0; lane < TILE; lane++) {
                float centred = gradient[at + lane] - mean[lane] / dim - normalised[at + lane] * spread[lane] / dim;
                gradient[at + lane] = centred * inverse[tile * TILE + lane];
            }
        }
    }

    /** out[c][r] = in[r][c] for r below {@code rowCount}, c below {@code cols}. */
    static void transpose(float[] in, int from, int rowCount, int cols, float[] out, int to) {
        for (int r = 0; r < rowCount; r++) {
            for (int c = 0; c < cols; c++) {
                out[to + c * rowCount + r] = in[from + r * cols + c];
            }
        }
    }
}
