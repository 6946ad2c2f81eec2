package dev.tarn.engine.model;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.format.TensorFile;
import dev.tarn.engine.format.TensorView;
import java.util.Arrays;

/** Takes weights from a file by name, with the shape that the architecture gives them. */
final class WeightLoader {
    private final TensorFile file;
    private final Backend backend;

    WeightLoader(TensorFile file, Backend backend) {
        this.file = file;
        this.backend = backend;
    }

    /** The matrix [rows, cols]. */
    Weight matrix(String name, int rows, int cols) {
        return backend.weight(view(name, rows, cols));
    }

    /** The vector of {@code length} values. */
    Weight vector(String name, int length) {
        return backend.weight(view(name, length));
    }

    /** The vector of {@code length} values, each with {@code addend} added. */
    Weight vector(String name, int length, float addend) {
        return addend == 0 ? vector(name, length) : backend.weight(view(name, length), addend);
    }

    /** The values of a vector. */
    float[] values(String name, int length) {
        Tensor row = backend.allocate(1, length);
        backend.embed(vector(name, length), new int[1], 0, 1, row);
        float[] values = new float[length];
        row.read(0, 0, length, values, 0);
        return values;
    }

    /** The linear map {@code stem.weight}, with {@code stem.bias} where there is to be one. */
    Linear linear(String stem, int rows, int cols, boolean bias) {
        return new Linear(matrix(stem + ".weight", rows, cols), bias ? vector(stem + ".bias", rows) : null);
    }

    boolean has(String name) {
        return file.find(name) != null;
    }

    /** The tensor of this name and shape, as stored. */
    TensorView view(String name, long... shape) {
        TensorView view = file.tensor(name);
        if (!Arrays.equals(view.shape(), shape)) {
            throw new EngineException(file.path() + ": tensor " + name + " has shape " + Arrays.toString(view.shape())
                    + ", but the architecture needs " + Arrays.toString(shape) + "; the file is damaged");
        }
        return view;
    }

    /** Part of a weight that was cut from a larger tensor. */
    Weight part(TensorView view) {
        return backend.weight(view);
    }
}
