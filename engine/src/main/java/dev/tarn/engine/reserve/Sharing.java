package dev.tarn.engine.reserve;

import java.util.Locale;

/** How a reservation is divided. */
public enum Sharing {
    /** One pool for all layers and sequences. */
    UNIFIED,
    /** An equal part for each layer, shared by all sequences. */
    LAYER,
    /** An equal part for each sequence, shared by its layers. */
    SEQUENCE;

    /** Reads a name. */
    public static Sharing parse(String text) {
        for (Sharing sharing : values()) {
            if (sharing.toString().equals(text)) {
                return sharing;
            }
        }
        throw new IllegalArgumentException("unknown sharing '" + text + "'; use unified, layer or sequence");
    }

    /** Into how many pools the slots are divided. */
    int pools(int layers, int sequences) {
        return switch (this) {
            case UNIFIED -> 1;
            case LAYER -> layers;
            case SEQUENCE -> sequences;
        };
    }

    /** The pool of one layer of one sequence. */
    int pool(int layer, int sequence) {
        return switch (this) {
            case UNIFIED -> 0;
            case LAYER -> layer;
            case SEQUENCE -> sequence;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
