package dev.tarn.engine.model.architecture;

import dev.tarn.engine.compute.Rope;
import org.jspecify.annotations.Nullable;

/**
 * What may differ from layer to layer.
 *
 * @param rope the rotation of queries and keys, or null where the layer has none
 * @param window newest positions that the layer attends to, the query's own included; {@link Integer#MAX_VALUE} for all
 * @param sharesSelection whether the layer attends to what the checkpoint's indexer chose for the last layer that has one
 * @param feedForward its MLP
 */
public record LayerDescription(@Nullable Rope rope, int window, boolean sharesSelection, FeedForward feedForward) {
    /** The same layer with another rotation. */
    LayerDescription withRope(Rope other) {
        return new LayerDescription(other, window, sharesSelection, feedForward);
    }
}
