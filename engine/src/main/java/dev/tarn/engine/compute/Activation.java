package dev.tarn.engine.compute;

/** The function that gates a gated MLP: activation(gate) · up. */
public enum Activation {
    /** x / (1 + exp(-x)). */
    SILU,
    /** x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))) (Hendrycks and Gimpel 2016). */
    GELU_TANH
}
