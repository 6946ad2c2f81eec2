package dev.tarn.study.distill.network;

import static dev.tarn.study.distill.network.LayerActivations.TILE;

import java.util.Arrays;

/**
 * A factor for each channel of a layer's attention input that brings the whole input to one length in any layer of any model, and its
 * channels nearer to each other: each by the root of its own size. Backbones differ tenfold in that length, and their largest channels are
 * 40 times the usual ones; steps of one size would be too long here and too short there. A trained network takes the factors into
 * its weights and works on the input as it is.
 */
public final class InputScale {
    /** Channels smaller than this share of the whole input's root mean square are not brought up further. */
    private static final double LEAST = 1e-3;

    /** The input's usual length; of lengths from 1.6 to 16 the one that the default rates learned best at, on three models. */
    private static final double LENGTH = 4;

    private InputScale() {}

    /**
     * The factors of one layer.
     *
     * @param layer activations over a window
     * @param tokens tokens of that window
     * @param hidden channels of the attention input
     */
    public static float[] of(LayerActivations layer, int tokens, int hidden) {
        double[] squares = new double[hidden];
        float[] tile = new float[hidden * TILE];
        for (int first = 0; first < tokens; first += TILE) {
            layer.hiddenTile(first / TILE, tile);
            int count = Math.min(TILE, tokens - first);
            for (int channel = 0; channel < hidden; channel++) {
                for (int i = 0; i < count; i++) {
                    double x = tile[channel * TILE + i];
                    squares[channel] += x * x;
                }
            }
        }
        return factors(squares, tokens);
    }

    private static float[] factors(double[] squares, int tokens) {
        double least = LEAST * Math.sqrt(Arrays.stream(squares).sum() / tokens / squares.length);
        double[] factors = new double[squares.length];
        double sum = 0;
        for (int channel = 0; channel < factors.length; channel++) {
            double size = Math.max(Math.sqrt(squares[channel] / tokens), least);
            factors[channel] = size == 0 ? 1 : 1 / Math.sqrt(size);
            sum += squares[channel] / tokens * factors[channel] * factors[channel];
        }
        float[] result = new float[factors.length];
        for (int channel = 0; channel < factors.length; channel++) {
            result[channel] = (float) (sum == 0 ? 1 : factors[channel] * LENGTH / Math.sqrt(sum));
        }
        return result;
    }

    /** The layer with its attention input multiplied by the factors. */
    public static LayerActivations scaled(LayerActivations layer, float[] factors) {
        return new Scaled(layer, factors);
    }

    /** Parameters that compute from the input as it is what {@code p} compute from the scaled one. */
    public static float[] folded(IndexerShape shape, float[] p, float[] factors) {
        float[] folded = p.clone();
        for (int channel = 0; channel < shape.hidden(); channel++) {
            float factor = factors[channel];
            scale(folded, channel * shape.queryDim(), shape.queryDim(), 1, factor);
            scale(folded, shape.keyOffset() + channel, shape.dim(), shape.hidden(), factor);
            scale(folded, shape.headWeightOffset() + channel * shape.heads(), shape.heads(), 1, factor);
        }
        return folded;
    }

    private static void scale(float[] p, int from, int count, int stride, float factor) {
        for (int i = 0; i < count; i++) {
            p[from + i * stride] *= factor;
        }
    }

    private static final class Scaled implements LayerActivations {
        private final LayerActivations layer;
        private final float[] factors;

        Scaled(LayerActivations layer, float[] factors) {
            this.layer = layer;
            this.factors = factors;
        }

        @Override
        public void hiddenTile(int tile, float[] out) {
            layer.hiddenTile(tile, out);
            for (int channel = 0; channel < factors.length; channel++) {
                int end = (channel + 1) * TILE;
                for (int at = channel * TILE; at < end; at++) {
                    out[at] *= factors[channel];
                }
            }
        }

        @Override
        public void hidden(int position, float[] out, int offset) {
            layer.hidden(position, out, offset);
            for (int channel = 0; channel < factors.length; channel++) {
                out[offset + channel] *= factors[channel];
            }
        }

        @Override
        public void keyTile(int tile, int kvHead, float[] out) {
            layer.keyTile(tile, kvHead, out);
        }

        @Override
        public void query(int position, float[] out, int offset) {
            layer.query(position, out, offset);
        }
    }
}
