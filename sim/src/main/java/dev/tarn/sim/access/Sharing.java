package dev.tarn.sim.access;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a reservation is divided. */
public enum Sharing {
    /** One pool for all layers and requests. */
    UNIFIED,
    /** An equal part for each layer of the trace, shared by all requests. */
    LAYER,
    /** An equal part for each request of the trace, shared by its layers. */
    SEQUENCE;

    /** Reads a list such as {@code unified,layer}. */
    public static List<Sharing> parseList(String text) {
        return Arrays.stream(text.split(",", -1)).map(Sharing::parse).toList();
    }

    /** Reads one name. */
    public static Sharing parse(String text) {
        String item = text.strip();
        for (Sharing sharing : values()) {
            if (sharing.toString().equals(item)) {
                return sharing;
            }
        }
        throw new IllegalArgumentException("unknown sharing '" + item + "'; use unified, layer or sequence");
    }

    /** As options and results write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The part of a lane: what it has in common with the lanes it shares slots with. */
    int part(Lane lane) {
        return switch (this) {
            case UNIFIED -> 0;
            case LAYER -> lane.layer();
            case SEQUENCE -> lane.request();
        };
    }
}
