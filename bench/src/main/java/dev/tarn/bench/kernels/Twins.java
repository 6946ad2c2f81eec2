package dev.tarn.bench.kernels;

import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.format.TensorView;
import dev.tarn.engine.synthesis.RandomWeights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Backends by the name of their kernels, and random operands that are the same for all of them. */
final class Twins {
    private static final String KERNELS = "tarn.kernels";

    private Twins() {}

    /** A backend of one thread with the kernels of this name, {@code plain}, {@code vector} or {@code machine}. */
    static CpuBackend backend(String kernels, Precision precision) {
        String before = System.getProperty(KERNELS);
        System.setProperty(KERNELS, kernels);
        try {
            return new CpuBackend(KernelProvider.select(), 1, precision);
        } finally {
            if (before == null) {
                System.clearProperty(KERNELS);
            } else {
                System.setProperty(KERNELS, before);
            }
        }
    }

    /** What every result is compared with: plain kernels in float32. */
    static CpuBackend reference() {
        return backend("plain", Precision.EXACT);
    }

    /** Random weights of any type. */
    static TensorView weights(Arena memory, TensorType type, int rows, int cols) {
        MemorySegment data = RandomWeights.matrix(memory, type, rows, cols, 1 / Math.sqrt(cols), 1);
        return new TensorView(type.name(), type, new long[] {rows, cols}, data);
    }

    /** Random activations of order 1. */
    static Tensor activations(Arena memory, CpuBackend backend, int rows, int cols) {
        MemorySegment data = RandomWeights.matrix(memory, TensorType.F32, Math.max(rows, 2), cols, 1, 2);
        Weight table = backend.weight(new TensorView("x", TensorType.F32, new long[] {Math.max(rows, 2), cols}, data));
        Tensor x = backend.allocate(rows, cols);
        int[] ids = new int[rows];
        for (int i = 0; i < rows; i++) {
            ids[i] = i;
        }
        backend.embed(table, ids, 0, rows, x);
        return x;
    }

    /**
     * Compares two results.
     *
     * @param tolerance of the root mean square difference, relative to the root mean square of what is expected
     * @throws IllegalStateException where they differ: what is wrong is not timed
     */
    static void requireClose(String what, Tensor expected, Tensor actual, double tolerance) {
        float[] a = values(expected);
        float[] b = values(actual);
        double difference = 0;
        double size = 0;
        for (int i = 0; i < a.length; i++) {
            difference += (a[i] - b[i]) * (double) (a[i] - b[i]);
            size += a[i] * (double) a[i];
        }
        if (!(difference <= tolerance * tolerance * size)) {
            throw new IllegalStateException(
                    what + " is off by " + Math.sqrt(difference / size) + ", more than " + tolerance);
        }
    }

    private static float[] values(Tensor tensor) {
        float[] all = new float[tensor.rows() * tensor.cols()];
        for (int row = 0; row < tensor.rows(); row++) {
            tensor.read(row, 0, tensor.cols(), all, row * tensor.cols());
        }
        return all;
    }
}
