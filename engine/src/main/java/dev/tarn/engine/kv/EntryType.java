package dev.tarn.engine.kv;

import java.util.Locale;

/** How the numbers of an entry are stored. */
public enum EntryType {
    /** float32. */
    F32,
    /** IEEE half precision; what would be subnormal is stored as 0, what is larger than 65504 as 65504. */
    F16,
    /** int8 times a float32 scale for each head's key and each head's value of a token. */
    Q8;

    /** Bytes of one head's key or value of {@code floats} numbers. */
    public long bytes(int floats) {
        return switch (this) {
            case F32 -> (long) Float.BYTES * floats;
            case F16 -> (long) Short.BYTES * floats;
            case Q8 -> floats + (long) Float.BYTES;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
