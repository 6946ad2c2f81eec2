package dev.tarn.engine.compute.exponential;

/** Loops over floats that are mostly e^x. Every implementation has the error bounds given here. */
public interface ExpKernels {
    /** x = exp(x - max) in place; returns the sum of what it wrote. Error below 2 ulp for arguments in -87..0. */
    float expSum(float[] x, int offset, int count, float max);

    /** gate = gate / (1 + exp(-gate)) · up, element by element. */
    void swiglu(float[] gate, int gateOffset, float[] up, int upOffset, int count);

    /** gate = gate / 2 · (1 + tanh(√(2/π) · (gate + 0.044715 gate³))) · up, element by element. */
    void geglu(float[] gate, int gateOffset, float[] up, int upOffset, int count);
}
