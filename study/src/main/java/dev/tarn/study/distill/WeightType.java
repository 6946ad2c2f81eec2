package dev.tarn.study.distill;

import dev.tarn.engine.format.TensorType;
import java.lang.foreign.MemorySegment;

/** How an indexer's weights are stored. */
public enum WeightType {
    /** 32-bit floating point. */
    F32(TensorType.F32),
    /** 16-bit floating point, IEEE 754. */
    F16(TensorType.F16),
    /** The upper half of a 32-bit float. */
    BF16(TensorType.BF16);

    private final TensorType type;

    WeightType(TensorType type) {
        this.type = type;
    }

    /** The type's name in the file. */
    TensorType type() {
        return type;
    }

    /** The values as stored; rounded to nearest, ties to even. */
    MemorySegment encode(float[] values) {
        if (this == F32) {
            return MemorySegment.ofArray(values);
        }
        short[] halves = new short[values.length];
        for (int i = 0; i < halves.length; i++) {
            halves[i] = this == F16 ? Float.floatToFloat16(values[i]) : brain(values[i]);
        }
        return MemorySegment.ofArray(halves);
    }

    private static short brain(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }
}
