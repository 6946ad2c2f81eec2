package dev.tarn.engine.attention;

import org.jspecify.annotations.Nullable;

/** Is told of every selection as it is made. */
@FunctionalInterface
public interface SelectionListener {
    /** Hears nothing. */
    SelectionListener NONE = (_, _, _, _, _) -> {};

    /**
     * Called once for each layer and forward pass, before any row attends, whatever the attention; arguments are reused afterwards.
     *
     * @param input the layer's input; its cache already holds the entries of its rows
     */
    default void attending(LayerInput input) {}

    /**
     * Called when the selection is complete, by the decoding thread, in the order of rows and groups; arguments are reused
     * afterwards.
     *
     * @param row the row of {@code input} that the selection is for
     * @param group the KV head, or {@link Selection#ALL_HEADS}
     * @param scores the ranking's scores by unit (see {@link Selection#unit}), or null where no ranking ran
     */
    void selected(LayerInput input, int row, int group, Selection selection, float @Nullable [] scores);
}
