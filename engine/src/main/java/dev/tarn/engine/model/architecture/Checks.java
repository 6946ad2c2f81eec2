package dev.tarn.engine.model.architecture;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.AttentionShape;
import java.nio.file.Path;

/** What must hold of sizes before anything is allocated or multiplied by them. */
final class Checks {
    private static final int MOST_LAYERS = 4096;
    private static final int MOST_HEADS = 1 << 14;
    private static final int WIDEST_HEAD = 1 << 14;

    private Checks() {}

    /** A size from the file, at least 1. */
    static int positive(Path path, String what, int value) {
        return between(path, what, value, 1, Integer.MAX_VALUE);
    }

    /** The number of layers. */
    static int layers(Path path, int value) {
        return between(path, "number of layers", value, 1, MOST_LAYERS);
    }

    /** A number of experts, groups or heads. */
    static int count(Path path, String what, int value) {
        return between(path, what, value, 1, MOST_HEADS);
    }

    /** The floats of some head. */
    static int headSize(Path path, String what, int value) {
        return between(path, what, value, 1, WIDEST_HEAD);
    }

    static int between(Path path, String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new EngineException(path + ": " + what + " is " + value + "; it must be at least " + least
                    + (most == Integer.MAX_VALUE ? "" : " and at most " + most));
        }
        return value;
    }

    /** A positive number, for instance an epsilon or a base. */
    static double positive(Path path, String what, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new EngineException(path + ": " + what + " is " + value + "; it must be positive");
        }
        return value;
    }

    /** Heads that can be run. */
    static AttentionShape heads(Path path, int heads, int kvHeads, int keyDim, int valueDim, double scale) {
        boolean sizes = heads >= 1 && heads <= MOST_HEADS && keyDim >= 1 && keyDim <= WIDEST_HEAD && valueDim >= 1;
        if (!sizes || valueDim > WIDEST_HEAD || kvHeads < 1 || heads % kvHeads != 0) {
            throw new EngineException(path + ": " + heads + " heads over " + kvHeads + " KV heads of dimension "
                    + keyDim + " is no grouped-query attention; the file is damaged");
        }
        return new AttentionShape(heads, kvHeads, keyDim, valueDim, (float) scale);
    }

    /** Rotated dimensions of a head. */
    static int ropeDims(Path path, int dims, int headDim) {
        if (dims < 2 || dims % 2 != 0 || dims > headDim) {
            throw new EngineException(path + ": rotary embedding over " + dims + " of " + headDim
                    + " dimensions is impossible; the file is damaged");
        }
        return dims;
    }
}
