package dev.tarn.engine.compute.cpu;

class PlainKernelsTest extends KernelsContract {
    @Override
    Kernels kernels() {
        return new PlainKernels();
    }
}
