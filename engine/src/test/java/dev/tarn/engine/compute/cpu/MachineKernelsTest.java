package dev.tarn.engine.compute.cpu;

/** The kernels as they are chosen by default. */
class MachineKernelsTest extends KernelsContract {
    @Override
    Kernels kernels() {
        return KernelProvider.select();
    }
}
