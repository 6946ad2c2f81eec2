package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.Tensor;

/** Activations in the Java heap, row-major. */
record HostTensor(int rows, int cols, float[] data) implements Tensor {
    HostTensor(int rows, int cols) {
        this(rows, cols, new float[rows * cols]);
    }

    static HostTensor of(Tensor tensor) {
        return (HostTensor) tensor;
    }

    @Override
    public void read(int row, int col, int count, float[] out, int offset) {
        System.arraycopy(data, row * cols + col, out, offset, count);
    }
}
