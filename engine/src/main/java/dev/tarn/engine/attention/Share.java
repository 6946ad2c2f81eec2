package dev.tarn.engine.attention;

import java.util.Locale;

/** For whom one selection is made. */
public enum Share {
    /** Once per layer, for all heads (DSA). */
    LAYER,
    /** Once per KV head, for the query heads that read it (Quest, PSA). */
    HEAD;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
