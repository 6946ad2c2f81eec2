package dev.tarn.engine.model.architecture;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.Rope;
import java.nio.file.Path;

/**
 * What must hold of the numbers of a model's description before anything is allocated, divided or multiplied by them. Each error is
 * one line that names the file, the field as it stands there, and the value.
 */
public final class Checks {
    private static final int MOST_LAYERS = 4096;
    private static final int MOST_HEADS = 1 << 14;
    private static final int WIDEST_HEAD = 1 << 14;
    /** Bounds of real numbers that float32 holds, and the inverse of which it holds too. */
    private static final double SMALLEST = 1e-30;

    private static final double LARGEST = 1e30;

    private Checks() {}

    /** A size, at least 1. */
    static int positive(Path path, String field, int value) {
        return between(path, field, value, 1, Integer.MAX_VALUE);
    }

    /** A number of something of which there may be none. */
    public static int zeroOrMore(Path path, String field, int value) {
        return between(path, field, value, 0, Integer.MAX_VALUE);
    }

    /** The number of layers. */
    static int layers(Path path, String field, int value) {
        return between(path, field, value, 1, MOST_LAYERS);
    }

    /** A number of experts, groups or heads. */
    public static int count(Path path, String field, int value) {
        return between(path, field, value, 1, MOST_HEADS);
    }

    /** The floats of some head. */
    public static int headSize(Path path, String field, int value) {
        return between(path, field, value, 1, WIDEST_HEAD);
    }

    /** An integer between two bounds, both allowed. */
    static int between(Path path, String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new EngineException(path + ": " + field + " is " + value + "; it must be at least " + least
                    + (most == Integer.MAX_VALUE ? "" : " and at most " + most));
        }
        return value;
    }

    /** A positive number, for instance an epsilon or a base, that float32 holds. */
    public static double positive(Path path, String field, double value) {
        if (!(value >= SMALLEST && value <= LARGEST)) {
            throw new EngineException(path + ": " + field + " is " + value + "; it must be positive, from " + SMALLEST
                    + " to " + LARGEST);
        }
        return value;
    }

    /** A positive number, or 0 for what is not used. */
    static float positiveOrZero(Path path, String field, double value) {
        return value == 0 ? 0 : (float) positive(path, field, value);
    }

    /** Query heads that share KV heads evenly; both numbers are checked already. */
    static void shared(Path path, String headsField, int heads, String kvField, int kvHeads) {
        if (heads % kvHeads != 0) {
            throw new EngineException(path + ": " + headsField + " is " + heads + ", which is no multiple of " + kvField
                    + ", " + kvHeads + "; the file is damaged");
        }
    }

    /** Rotated dimensions of a head. */
    public static int ropeDims(Path path, String field, int dims, int headDim) {
        if (dims < 2 || dims % 2 != 0 || dims > headDim) {
            throw new EngineException(path + ": " + field + " asks for a rotary embedding over " + dims + " of "
                    + headDim + " dimensions; it must be an even number of them, at least 2");
        }
        return dims;
    }

    /** A rotation whose angles are numbers: base and scaling may be possible each by itself, and not together. */
    static Rope rotation(Path path, String field, Rope rope) {
        for (double frequency : rope.frequencies()) {
            if (!(frequency >= 0 && frequency <= LARGEST)) {
                throw new EngineException(
                        path + ": " + field + " and its scaling give a rotary frequency of " + frequency);
            }
        }
        return rope;
    }
}
