package dev.tarn.engine.format;

import dev.tarn.engine.EngineException;

/** Sizes of tensors, computed without overflow. */
final class TensorLayout {
    private TensorLayout() {}

    /**
     * Bytes of a tensor.
     *
     * @throws EngineException at byte {@code at} of the file if the shape overflows, or rows are not whole blocks
     */
    static long bytes(MappedFile file, long at, String name, TensorType type, long[] shape) {
        try {
            long rows = 1;
            for (int i = 0; i < shape.length - 1; i++) {
                rows = Math.multiplyExact(rows, shape[i]);
            }
            long cols = shape.length == 0 ? 1 : shape[shape.length - 1];
            Math.multiplyExact(rows, cols);
            return Math.multiplyExact(rows, type.bytes(cols));
        } catch (ArithmeticException overflow) {
            throw file.error(at, "tensor " + name + " has more elements than can be addressed");
        } catch (EngineException badRow) {
            throw file.error(at, "tensor " + name + ": " + badRow.getMessage());
        }
    }
}
