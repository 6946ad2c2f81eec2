package dev.tarn.engine.reserve;

import java.util.Locale;

/** What is fetched before a layer asks for it. What it guesses is brought beside the slots, so it changes neither hits nor evictions. */
public enum Prefetch {
    /** Nothing. */
    NONE,
    /** What the layer selected at the step before. */
    PREVIOUS,
    /** What the layer before selected at this step. */
    LAYER,
    /** What the layer selected often of late: an exponential moving average above a threshold. */
    EMA;

    /** Reads a name. */
    public static Prefetch parse(String text) {
        for (Prefetch prefetch : values()) {
            if (prefetch.toString().equals(text)) {
                return prefetch;
            }
        }
        throw new IllegalArgumentException("unknown prefetch '" + text + "'; use none, previous, layer or ema");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
