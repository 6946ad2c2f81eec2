package dev.tarn.engine.model;

import dev.tarn.engine.compute.Activation;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.engine.model.architecture.FeedForward;
import dev.tarn.engine.model.architecture.LayerDescription;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Runs the MLP of any layer of a model; layers of equal size share activations. */
final class FeedForwardBlock {
    private final Backend backend;
    private final Activation activation;
    private final int maxRows;
    private final Map<Integer, GatedMlp> gated = new HashMap<>();
    private final Map<FeedForward.Experts, ExpertMlp> mixtures = new HashMap<>();

    FeedForwardBlock(Backend backend, Architecture a, int maxRows) {
        this.backend = backend;
        this.activation = a.activation();
        this.maxRows = maxRows;
        for (LayerDescription layer : a.stack()) {
            prepare(layer.feedForward(), a.hidden());
        }
    }

    private void prepare(FeedForward feedForward, int hidden) {
        switch (feedForward) {
            case FeedForward.Dense dense -> mlp(dense.size());
            case FeedForward.Experts e -> {
                if (!mixtures.containsKey(e)) {
                    GatedMlp shared = e.sharedSize() == 0 ? null : mlp(e.sharedSize());
                    mixtures.put(e, new ExpertMlp(backend, e, mlp(e.size()), shared, hidden, maxRows));
                }
            }
        }
    }

    private GatedMlp mlp(int size) {
        return gated.computeIfAbsent(size, n -> new GatedMlp(backend, activation, n, maxRows));
    }

    /** How many rows {@link #run} may take at once for each to come out as it does alone. */
    int rowsAlike(LayerWeights.FeedForward weights) {
        return weights instanceof LayerWeights.Dense dense
                ? Math.min(
                        backend.rowsAlike(dense.gate().weight()),
                        Math.min(
                                backend.rowsAlike(dense.up().weight()),
                                backend.rowsAlike(dense.down().weight())))
                : 1;
    }

    /** y = the MLP's output for x, which is another tensor. */
    void run(FeedForward description, LayerWeights.FeedForward weights, Tensor x, int rows, Tensor y) {
        switch (description) {
            case FeedForward.Dense dense ->
                Objects.requireNonNull(gated.get(dense.size())).run((LayerWeights.Dense) weights, x, rows, y);
            case FeedForward.Experts e ->
                Objects.requireNonNull(mixtures.get(e)).run((LayerWeights.Experts) weights, x, rows, y);
        }
    }
}
