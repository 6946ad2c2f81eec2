package dev.tarn.engine.model;

import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.Weight;
import org.jspecify.annotations.Nullable;

/**
 * A linear map with or without bias.
 *
 * @param weight [out, in]
 * @param bias [out], or null
 */
record Linear(Weight weight, @Nullable Weight bias) {
    /** y = weight · x + bias for the first rows of x. */
    void apply(Backend backend, Tensor x, int rows, Tensor y) {
        backend.matmul(weight, x, rows, y);
        if (bias != null) {
            backend.addBias(y, rows, bias);
        }
    }
}
