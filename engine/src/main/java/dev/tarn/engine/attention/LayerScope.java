package dev.tarn.engine.attention;

/**
 * How far one layer sees by its architecture, and whose selection it attends to.
 *
 * <p>A sliding-window layer attends to its window whatever the spec: the window is the model's own, it is part of its weights'
 * training, and no ranking runs there. Its selections are not reported to listeners either: they follow from position and window
 * alone, and would drown what the ranked layers do.
 *
 * @param window how many newest positions the layer attends to, the query's own included; {@link #UNBOUNDED} for all
 * @param sharesSelection whether the layer attends to what the lightning indexer chose for the last layer that ranks for itself
 *     (GLM's shared indexer layers, arXiv 2603.12201)
 */
public record LayerScope(int window, boolean sharesSelection) {
    /** The window of a layer that sees every position. */
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    /** A layer that sees every position and ranks for itself. */
    public static final LayerScope GLOBAL = new LayerScope(UNBOUNDED, false);

    /** Whether the layer sees a window only. */
    public boolean isSliding() {
        return window != UNBOUNDED;
    }
}
