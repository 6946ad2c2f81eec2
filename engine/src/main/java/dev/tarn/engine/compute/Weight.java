package dev.tarn.engine.compute;

/** A weight matrix [rows, cols] (a vector has one row) in the form in which a backend uses it. */
public interface Weight {
    /** Output features. */
    int rows();

    /** Input features. */
    int cols();

    /** Bytes that a product with all of it reads. */
    long bytes();
}
