package dev.tarn.engine.model;

import dev.tarn.engine.compute.Activation;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;

/** down(activation(gate x) · up x) for MLPs of one size. */
final class GatedMlp {
    private final Backend backend;
    private final Activation activation;
    private final Tensor gate;
    private final Tensor up;

    GatedMlp(Backend backend, Activation activation, int size, int maxRows) {
        this.backend = backend;
        this.activation = activation;
        this.gate = backend.allocate(maxRows, size);
        this.up = backend.allocate(maxRows, size);
    }

    void run(LayerWeights.Dense w, Tensor x, int rows, Tensor y) {
        w.gate().apply(backend, x, rows, gate);
        w.up().apply(backend, x, rows, up);
        switch (activation) {
            case SILU -> backend.swiglu(gate, up, rows);
            case GELU_TANH -> backend.geglu(gate, up, rows);
        }
        w.down().apply(backend, gate, rows, y);
    }
}
