package dev.tarn.engine;

import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.format.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.IntStream;

/** Seeded random numbers, and tensors and weights made of given numbers. */
public final class TestData {
    private TestData() {}

    /** Normally distributed floats. */
    public static float[] normal(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Activations of any backend, filled through its own embedding operator. */
    public static Tensor tensor(Backend backend, int rows, int cols, float[] values) {
        Tensor tensor = backend.allocate(rows, cols);
        backend.embed(
                weight(backend, rows, cols, values), IntStream.range(0, rows).toArray(), 0, rows, tensor);
        return tensor;
    }

    /** A float32 weight. */
    public static Weight weight(Backend backend, int rows, int cols, float[] values) {
        return backend.weight(
                new TensorView("test", TensorType.F32, new long[] {rows, cols}, MemorySegment.ofArray(values)));
    }

    /** The first rows of a tensor, one after the other. */
    public static float[] read(Tensor tensor, int rows) {
        float[] values = new float[rows * tensor.cols()];
        for (int row = 0; row < rows; row++) {
            tensor.read(row, 0, tensor.cols(), values, row * tensor.cols());
        }
        return values;
    }

    /** The same numbers as floats. */
    public static float[] floats(int[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        return floats;
    }
}
