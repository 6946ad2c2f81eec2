package dev.tarn.engine.model;

import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.LightningIndexer;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.engine.model.architecture.AttentionProjection;
import dev.tarn.engine.model.architecture.LayerDescription;
import dev.tarn.engine.reserve.ReservedSequence;
import org.jspecify.annotations.Nullable;

/**
 * Some consecutive tokens of one sequence on their way through the layers, and their activations: {@link #begin}, then for each layer
 * {@link #project}, {@link #attend} and {@link #feedForward}, then {@link #end}. Passes of several sequences may take turns at every step,
 * and have {@link SharedRows} run their MLPs.
 */
final class ForwardPass {
    private final Backend backend;
    private final DecoderWeights weights;
    private final Architecture architecture;
    private final @Nullable LightningIndexer indexer;
    private final Projection projection;
    private final FeedForwardBlock feedForward;
    private final Tensor x;
    private final Tensor h;
    private final Tensor y;
    private final Tensor attended;
    private @Nullable LayerInput input;
    private @Nullable Way way;

    /** Whose tokens these are and how they attend. */
    private record Way(
            KvCache cache,
            int position,
            int rows,
            Attention attention,
            int sparseFrom,
            @Nullable ReservedSequence reserved) {}

    /** A pass of up to {@code maxRows} tokens. */
    ForwardPass(
            Backend backend,
            DecoderWeights weights,
            @Nullable LightningIndexer indexer,
            FeedForwardBlock feedForward,
            int maxRows) {
        Architecture a = weights.architecture();
        this.backend = backend;
        this.weights = weights;
        this.architecture = a;
        this.indexer = indexer;
        this.feedForward = feedForward;
        this.projection = switch (a.projection()) {
            case AttentionProjection.Grouped _ -> new GroupedProjection(backend, a.attention(), a.normEps(), maxRows);
            case AttentionProjection.Latent latent ->
                new LatentProjection(backend, latent, a.attention().heads(), maxRows);
        };
        x = backend.allocate(maxRows, a.hidden());
        h = backend.allocate(maxRows, a.hidden());
        y = backend.allocate(maxRows, a.hidden());
        attended =
                backend.allocate(maxRows, a.attention().heads() * a.attention().valueDim());
    }

    /**
     * Takes tokens in.
     *
     * @param tokens ids, of which {@code rows} from {@code from} on follow what the cache holds
     * @param sparseFrom positions below it attend densely
     */
    void begin(
            KvCache cache,
            int[] tokens,
            int from,
            int rows,
            Attention attention,
            int sparseFrom,
            @Nullable ReservedSequence reserved) {
        way = new Way(cache, cache.length(), rows, attention, sparseFrom, reserved);
        backend.embed(weights.embedding(), tokens, from, rows, x);
        float scale = architecture.embedding().scale();
        if (scale != 1) {
            backend.scale(x, rows, scale);
        }
    }

    private Way way() {
        Way of = way;
        if (of == null) {
            throw new IllegalStateException("no tokens have begun");
        }
        return of;
    }

    /** Makes a layer's queries, entries and index keys. */
    void project(int layer) {
        Way of = way();
        LayerWeights w = weights.layers().get(layer);
        backend.rmsNorm(x, of.rows, w.attentionNorm(), architecture.normEps(), h);
        LayerDescription description = architecture.stack().get(layer);
        projection.project(w.attention(), description.rope(), h, of.rows, of.cache, layer, of.position);
        LayerInput in = input(of, layer);
        if (indexer != null && !weights.scopes().get(layer).isSliding()) {
            indexer.store(in);
        }
    }

    private LayerInput input(Way of, int layer) {
        LayerInput reused = input;
        if (reused == null) {
            Tensor latent = projection.queryLatent();
            reused = new LayerInput(
                    of.cache, layer, of.position, of.rows, h, projection.queries(), latent == null ? h : latent);
            input = reused;
        }
        reused.moveTo(of.cache, layer, of.position, of.rows, of.reserved);
        return reused;
    }

    /** Lets what the projected layer will read be fetched before {@link #attend}, where that can be known. */
    void foresee() {
        way().attention.foresee(projected());
    }

    private LayerInput projected() {
        LayerInput in = input;
        if (in == null) {
            throw new IllegalStateException("no layer was projected");
        }
        return in;
    }

    /** Attends in the layer that was projected, and makes its MLP's input. */
    void attend() {
        Way of = way();
        LayerInput in = projected();
        LayerWeights w = weights.layers().get(in.layer());
        of.attention.attend(in, of.sparseFrom, attended);
        projection.output(w.attention(), attended, of.rows, y);
        addToResidual(w.postAttentionNorm(), of.rows);
        backend.rmsNorm(x, of.rows, w.feedForwardNorm(), architecture.normEps(), h);
    }

    /** Runs the MLP of the layer that was attended. */
    void feedForward() {
        int layer = projected().layer();
        feedForward.run(
                architecture.stack().get(layer).feedForward(),
                weights.layers().get(layer).feedForward(),
                h,
                way().rows,
                y);
        addFeedForward();
    }

    /** After {@link #attend}: what the MLP takes, [rows, hidden]. */
    Tensor feedForwardInput() {
        return h;
    }

    /** Where the MLP's output belongs before {@link #addFeedForward}, if another than {@link #feedForward} makes it. */
    Tensor feedForwardOutput() {
        return y;
    }

    /** Adds the MLP's output to the residual stream. */
    void addFeedForward() {
        addToResidual(weights.layers().get(projected().layer()).postFeedForwardNorm(), way().rows);
    }

    private void addToResidual(@Nullable Weight norm, int rows) {
        if (norm != null) {
            backend.rmsNorm(y, rows, norm, architecture.normEps(), y);
        }
        backend.add(x, y, rows);
    }

    /** Makes the final hidden states; the cache then holds the tokens. */
    void end() {
        Way of = way();
        of.cache.advanceTo(of.position + of.rows);
        backend.rmsNorm(x, of.rows, weights.outputNorm(), architecture.normEps(), h);
    }

    /** After {@link #end}: the final hidden states, [rows, hidden]. */
    Tensor hidden() {
        return h;
    }
}
