package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;
import java.util.Arrays;

/**
 * Cosines and sines of a rotary embedding for the positions met so far. Angles are products in float32, as in the implementations
 * that models are trained with: at long contexts the rounding is part of what a model has learnt.
 */
final class RopeTable {
    private final Rope rope;
    private final int pairs;
    private float[] cos = new float[0];
    private float[] sin = new float[0];
    private int positions;

    RopeTable(Rope rope) {
        this.rope = rope;
        this.pairs = rope.dims() / 2;
    }

    /** Makes sure that positions below {@code end} are there. Not thread-safe. */
    void extendTo(int end) {
        if (end <= positions) {
            return;
        }
        int target = Math.max(end, Math.max(256, 2 * positions));
        cos = Arrays.copyOf(cos, target * pairs);
        sin = Arrays.copyOf(sin, target * pairs);
        for (int position = positions; position < target; position++) {
            for (int i = 0; i < pairs; i++) {
                float angle = position * (float) rope.frequencies()[i];
                cos[position * pairs + i] = (float) (rope.magnitude() * Math.cos(angle));
                sin[position * pairs + i] = (float) (rope.magnitude() * Math.sin(angle));
            }
        }
        positions = target;
    }

    /** Rotates one head in place. */
    void rotate(float[] x, int offset, int position) {
        int stride = rope.layout() == RopeLayout.HALF_SPLIT ? 1 : 2;
        int distance = rope.layout() == RopeLayout.HALF_SPLIT ? pairs : 1;
        for (int i = 0; i < pairs; i++) {
            int first = offset + rope.offset() + i * stride;
            float c = cos[position * pairs + i];
            float s = sin[position * pairs + i];
            float a = x[first];
            float b = x[first + distance];
            x[first] = a * c - b * s;
            x[first + distance] = b * c + a * s;
        }
    }
}
