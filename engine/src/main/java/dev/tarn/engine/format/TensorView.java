package dev.tarn.engine.format;

import dev.tarn.engine.EngineException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A tensor where it lies in a mapped file: nothing is copied. Valid until its {@link TensorFile} is closed.
 *
 * @param name the tensor's name in the file
 * @param type how elements are stored
 * @param shape sizes, outermost dimension first ({@code [rows, cols]} for a matrix; GGUF's own order is the reverse);
 *     empty for a scalar; not to be modified
 * @param data the tensor's bytes, little-endian, row after row
 */
public record TensorView(String name, TensorType type, long[] shape, MemorySegment data) {
    /** Size of the innermost dimension: the elements that lie side by side. */
    public long cols() {
        return shape.length == 0 ? 1 : shape[shape.length - 1];
    }

    /** Product of all dimensions but the innermost. */
    public long rows() {
        long rows = 1;
        for (int i = 0; i < shape.length - 1; i++) {
            rows *= shape[i];
        }
        return rows;
    }

    /** Product of all dimensions. */
    public long elements() {
        return rows() * cols();
    }

    /** Bytes from one row to the next. */
    public long rowBytes() {
        return type.bytes(cols());
    }

    /**
     * The part at {@code index} of the outermost dimension, for example one expert of {@code [experts, rows, cols]}.
     *
     * @throws EngineException if there is no such part
     */
    public TensorView slice(int index) {
        if (shape.length < 2 || index < 0 || index >= shape[0]) {
            throw new EngineException("tensor " + name + " of shape " + Arrays.toString(shape) + " has no part " + index
                    + " of its outermost dimension");
        }
        long bytes = data.byteSize() / shape[0];
        long[] inner = Arrays.copyOfRange(shape, 1, shape.length);
        return new TensorView(name + "[" + index + "]", type, inner, data.asSlice(index * bytes, bytes));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorView that
                && name.equals(that.name)
                && type == that.type
                && Arrays.equals(shape, that.shape)
                && data.equals(that.data);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name + " " + type + " " + Arrays.toString(shape);
    }
}
