package dev.tarn.study.distill.network;

import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;

/**
 * Cosines and sines for the indexer's rotation, half-split layout, [pair][position]. Angles are products in float32, as the
 * engine computes them.
 */
public final class RotaryTable {
    private final int pairs;
    private final int positions;
    private final float[] cos;
    private final float[] sin;

    /** A table for positions below {@code positions}. */
    public RotaryTable(IndexerShape shape, int positions) {
        double[] frequencies = Rope.ofTheta(shape.ropeDims(), shape.ropeTheta(), RopeLayout.HALF_SPLIT)
                .frequencies();
        this.pairs = frequencies.length;
        this.positions = positions;
        this.cos = new float[pairs * positions];
        this.sin = new float[pairs * positions];
        for (int i = 0; i < pairs; i++) {
            for (int position = 0; position < positions; position++) {
                float angle = position * (float) frequencies[i];
                cos[i * positions + position] = (float) Math.cos(angle);
                sin[i * positions + position] = (float) Math.sin(angle);
            }
        }
    }

    /** Rotates the vector at {@code offset} for its position; {@code sign} -1 rotates back, which is the gradient's way. */
    void rotate(float[] x, int offset, int position, int sign) {
        for (int i = 0; i < pairs; i++) {
            float c = cos[i * positions + position];
            float s = sign * sin[i * positions + position];
            float a = x[offset + i];
            float b = x[offset + pairs + i];
            x[offset + i] = a * c - b * s;
            x[offset + pairs + i] = b * c + a * s;
        }
    }

    /** The same for a tile [dim][width] whose columns are the positions from {@code first} on. */
    void rotateTile(float[] x, int offset, int width, int first, int sign) {
        int count = Math.min(width, positions - first);
        for (int i = 0; i < pairs; i++) {
            int at = i * positions + first;
            int upper = offset + i * width;
            int lower = offset + (pairs + i) * width;
            for (int lane = 0; lane < count; lane++) {
                float c = cos[at + lane];
                float s = sign * sin[at + lane];
                float a = x[upper + lane];
                float b = x[lower + lane];
                x[upper + lane] = a * c - b * s;
                x[lower + lane] = b * c + a * s;
            }
        }
    }
}
