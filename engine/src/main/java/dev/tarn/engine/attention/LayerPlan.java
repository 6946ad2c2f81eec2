package dev.tarn.engine.attention;

import dev.tarn.engine.EngineException;
import java.util.List;

/** What each layer does under a spec: keep to its window, attend densely, select for itself, or use another layer's selection. */
final class LayerPlan {
    private final List<LayerScope> scopes;
    private final AttentionSpec spec;

    /**
     * A plan.
     *
     * @param scopes of each layer; layers past the end are global
     * @throws EngineException where the spec does not fit the layers
     */
    LayerPlan(List<LayerScope> scopes, AttentionSpec spec) {
        this.scopes = List.copyOf(scopes);
        this.spec = spec;
        int stated = switch (spec.stop()) {
            case StopRule.Budgets budgets -> budgets.k().size();
            case StopRule.Probability probability -> probability.masses().size();
            default -> 0;
        };
        if (stated != 0 && !scopes.isEmpty() && stated != scopes.size()) {
            throw new EngineException("attention '" + spec + "': its file lists " + stated
                    + " layers, but the model has " + scopes.size() + "; make one for this model");
        }
        int first = spec.denseLayers();
        if (!spec.isDense() && first > 0 && first < scopes.size() && sharesNatively(first)) {
            throw new EngineException("attention '" + spec + "': layer " + first
                    + " uses the selection of a layer before it, which dense=" + first
                    + " takes away; choose another number");
        }
    }

    LayerScope scope(int layer) {
        return layer < scopes.size() ? scopes.get(layer) : LayerScope.GLOBAL;
    }

    /** Whether the layer attends to all candidates. */
    boolean isDense(int layer) {
        return spec.isDense() || layer < spec.denseLayers();
    }

    /** Whether the layer uses the selection of the last layer that selected for itself. */
    boolean shares(int layer) {
        return sharesNatively(layer) || spec.reuse().shares(place(layer));
    }

    /** The layer whose selection a layer uses: itself, where it selects. */
    int source(int layer) {
        int source = layer;
        while (source > spec.denseLayers() && (scope(source).isSliding() || shares(source))) {
            source--;
        }
        return source;
    }

    private boolean sharesNatively(int layer) {
        return spec.rank() == RankingKind.LIGHTNING && scope(layer).sharesSelection();
    }

    /** How many layers select before this one, each for itself or by another. */
    private int place(int layer) {
        int count = 0;
        for (int before = spec.denseLayers(); before < layer; before++) {
            count += scope(before).isSliding() ? 0 : 1;
        }
        return count;
    }
}
