package dev.tarn.study.distill.capture;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.architecture.Architecture;
import org.jspecify.annotations.Nullable;

/** Lets the backbone read windows densely and keeps what indexers learn from. */
public final class WindowReader implements SelectionListener {
    private final Decoder decoder;
    private final CaptureShape shape;
    private @Nullable CapturedWindow current;

    /** A reader for one model. */
    public WindowReader(Decoder decoder, CaptureShape shape) {
        this.decoder = decoder;
        this.shape = shape;
    }

    /**
     * Reads one window.
     *
     * @param sampled positions whose queries are kept, ascending, distinct
     */
    public CapturedWindow read(int[] tokens, int[] sampled) {
        CapturedWindow window = new CapturedWindow(shape, tokens.length, sampled);
        current = window;
        try (Sequence sequence = new Sequence(decoder, decoder.attention(AttentionSpec.DENSE, this))) {
            sequence.prefill(tokens, Integer.MAX_VALUE, _ -> {});
            return window;
        } catch (RuntimeException | Error e) {
            window.close();
            throw e;
        } finally {
            current = null;
        }
    }

    @Override
    public void attending(LayerInput input) {
        if (current != null) {
            current.store(input);
        }
    }

    @Override
    public void selected(LayerInput input, int row, int group, Selection selection, float @Nullable [] scores) {
        // Dense attention is watched by its inputs; what it selects is everything.
    }

    /**
     * Multiplications and additions of a dense forward pass over a window, the masked half of attention not counted.
     *
     * @param weights the model's parameters without its embedding
     */
    public static double operations(Architecture architecture, long weights, int tokens) {
        AttentionShape heads = architecture.attention();
        double pairs = architecture.stack().stream()
                .mapToDouble(layer -> pairs(tokens, layer.window()))
                .sum();
        return 2.0 * weights * tokens + 2.0 * heads.heads() * (heads.keyDim() + heads.valueDim()) * pairs;
    }

    /** Query-key pairs of a causal window. */
    private static double pairs(int tokens, int window) {
        double full = Math.min(tokens, window);
        return full * (full + 1) / 2 + (tokens - full) * full;
    }
}
