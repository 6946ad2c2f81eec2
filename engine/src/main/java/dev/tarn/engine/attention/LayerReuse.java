package dev.tarn.engine.attention;

/**
 * Which layers rank for themselves (F) and which attend to what the last F layer selected (S; IndexCache, arXiv 2603.12201). The
 * pattern is repeated over the layers that select at all: neither sliding-window layers nor the dense first ones count.
 *
 * @param pattern of F and S, the first an F
 */
public record LayerReuse(String pattern) {
    /** Every layer ranks for itself. */
    public static final LayerReuse NONE = new LayerReuse("F");

    /** One layer of {@code layers} ranks, the others follow it. */
    public static LayerReuse every(int layers) {
        return new LayerReuse("F" + "S".repeat(layers - 1));
    }

    /** Whether the {@code index}-th of the layers that select uses the selection of the one before it. */
    boolean shares(int index) {
        return pattern.charAt(index % pattern.length()) == 'S';
    }

    /** The option that reads back to this; empty for {@link #NONE}. */
    @Override
    public String toString() {
        if (equals(NONE)) {
            return "";
        }
        return pattern.lastIndexOf('F') == 0 ? "reuse=" + pattern.length() : "pattern=" + pattern;
    }
}
