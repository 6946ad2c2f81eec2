package dev.tarn.engine.compute;

/**
 * Activations: {@link #rows} rows of {@link #cols} float32, in the memory of the backend that allocated them. Operators of
 * that backend work on the first rows; nothing else looks inside but through {@link #read}.
 */
public interface Tensor {
    /** Rows, usually tokens. */
    int rows();

    /** Floats in a row. */
    int cols();

    /** Copies {@code count} floats of one row, from column {@code col} on, to {@code out}. */
    void read(int row, int col, int count, float[] out, int offset);
}
