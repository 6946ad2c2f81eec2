package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.format.TensorView;

/**
 * A weight as mapped from its file.
 *
 * @param stored the mapped data
 * @param values the weights as floats where there is but one row (gains and biases), else empty
 */
record HostWeight(TensorView stored, int rows, int cols, float[] values) implements Weight {
    static HostWeight of(Weight weight) {
        return (HostWeight) weight;
    }

    @Override
    public long bytes() {
        return stored.data().byteSize();
    }

    /** Byte offset of a row in the mapped data. */
    long rowOffset(int row) {
        return row * stored.rowBytes();
    }
}
