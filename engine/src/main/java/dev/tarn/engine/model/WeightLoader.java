package dev.tarn.engine.model;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.format.TensorFile;
import dev.tarn.engine.format.TensorView;
import dev.tarn.engine.model.TensorNames.LayerPart;
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
        return load(name, rows, cols);
    }

    /** The vector of {@code length} values. */
    Weight vector(String name, int length) {
        return load(name, length);
    }

    private Weight load(String name, long... shape) {
        TensorView view = file.tensor(name);
        if (!Arrays.equals(view.shape(), shape)) {
            throw new EngineException(file.path() + ": tensor " + name + " has shape " + Arrays.toString(view.shape())
                    + ", but the architecture needs " + Arrays.toString(shape) + "; the file is damaged");
        }
        return backend.weight(view);
    }

    LayerWeights layer(TensorNames names, Architecture a, int layer) {
        AttentionShape heads = a.attention();
        int queries = heads.heads() * heads.keyDim();
        int keys = heads.kvHeads() * heads.keyDim();
        int values = heads.kvHeads() * heads.valueDim();
        int outputs = heads.heads() * heads.valueDim();
        return new LayerWeights(
                vector(names.layer(layer, LayerPart.ATTENTION_NORM), a.hidden()),
                matrix(names.layer(layer, LayerPart.QUERY), queries, a.hidden()),
                matrix(names.layer(layer, LayerPart.KEY), keys, a.hidden()),
                matrix(names.layer(layer, LayerPart.VALUE), values, a.hidden()),
                matrix(names.layer(layer, LayerPart.ATTENTION_OUTPUT), a.hidden(), outputs),
                vector(names.layer(layer, LayerPart.FEED_FORWARD_NORM), a.hidden()),
                matrix(names.layer(layer, LayerPart.GATE), a.feedForward(), a.hidden()),
                matrix(names.layer(layer, LayerPart.UP), a.feedForward(), a.hidden()),
                matrix(names.layer(layer, LayerPart.DOWN), a.hidden(), a.feedForward()));
    }
}
