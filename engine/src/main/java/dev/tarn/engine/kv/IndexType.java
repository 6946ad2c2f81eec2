package dev.tarn.engine.kv;

import java.util.Locale;

/** How the numbers of an index key are stored. */
public enum IndexType {
    /** float32. */
    F32,
    /** int8 times a float32 scale for each token. */
    I8;

    /** Bytes of one index key of {@code floats} numbers; 0 where there are none. */
    public long bytes(int floats) {
        return switch (this) {
            case F32 -> (long) Float.BYTES * floats;
            case I8 -> floats == 0 ? 0 : floats + (long) Float.BYTES;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
