package dev.tarn.engine.compute;

import dev.tarn.engine.kv.KvTypes;
import java.util.Locale;

/** How a backend trades exactness for speed. */
public enum Precision {
    /** float32 activations over dequantised weights; float32 entries and index keys. */
    EXACT,
    /** Activations may be rounded for integer products; entries in half precision, index keys in int8 unless asked otherwise. */
    FAST;

    /** How caches store what they hold where nobody says otherwise. */
    public KvTypes kvTypes() {
        return this == EXACT ? KvTypes.F32 : KvTypes.COMPACT;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
