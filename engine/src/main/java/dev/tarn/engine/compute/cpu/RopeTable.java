package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;
import java.util.Arrays;

/**
 * Cosines and sines of a rotary embedding for the positions in use: a table of all would grow with the context, and a position's are
 * wanted once for each layer and soon no more. Angles are products in float32, as in the implementations that models are trained with:
 * at long contexts the rounding is part of what a model has learnt.
 */
final class RopeTable {
    private static final int AT_LEAST = 256;

    private final Rope rope;
    private final int pairs;
    private int[] held = new int[0];
    private float[] cos = new float[0];
    private float[] sin = new float[0];

    RopeTable(Rope rope) {
        this.rope = rope;
        this.pairs = rope.dims() / 2;
    }

    /** Makes sure that {@code count} positions from {@code first} on are there; others may go. Not thread-safe. */
    void hold(int first, int count) {
        if (held.length < count) {
            held = new int[Math.max(AT_LEAST, count)];
            Arrays.fill(held, -1);
            cos = new float[held.length * pairs];
            sin = new float[held.length * pairs];
        }
        for (int position = first; position < first + count; position++) {
            int place = position % held.length;
            if (held[place] != position) {
                held[place] = position;
                compute(position, place * pairs);
            }
        }
    }

    private void compute(int position, int at) {
        for (int i = 0; i < pairs; i++) {
            float angle = position * (float) rope.frequencies()[i];
            cos[at + i] = (float) (rope.magnitude() * Math.cos(angle));
            sin[at + i] = (float) (rope.magnitude() * Math.sin(angle));
        }
    }

    /** Rotates one head in place for a position that is held. */
    void rotate(float[] x, int offset, int position) {
        int stride = rope.layout() == RopeLayout.HALF_SPLIT ? 1 : 2;
        int distance = rope.layout() == RopeLayout.HALF_SPLIT ? pairs : 1;
        int at = position % held.length * pairs;
        for (int i = 0; i < pairs; i++) {
            int first = offset + rope.offset() + i * stride;
            float c = cos[at + i];
            float s = sin[at + i];
            float a = x[first];
            float b = x[first + distance];
            x[first] = a * c - b * s;
            x[first + distance] = b * c + a * s;
        }
    }
}
