/**
 * The backend seam: tensors, weights and the operators that a decoder is made of, so that another backend can replace the CPU's.
 * May use {@code format} (weights as stored) and {@code kv} (what attention reads).
 */
@NullMarked
package dev.tarn.engine.compute;

import org.jspecify.annotations.NullMarked;
