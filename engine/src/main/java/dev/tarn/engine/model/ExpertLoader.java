package dev.tarn.engine.model;

import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.format.TensorView;
import dev.tarn.engine.model.TensorNames.LayerPart;
import dev.tarn.engine.model.architecture.FeedForward;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the experts of one layer from a model's file, in any of three forms: a tensor for each matrix of each expert, one for all
 * experts' matrices of a kind (GGUF), or gate and up of all experts fused in one (transformers 5).
 */
final class ExpertLoader {
    private static final String FUSED_GATE_UP = "mlp.experts.gate_up_proj";
    private static final String FUSED_DOWN = "mlp.experts.down_proj";
    private static final String CORRECTION = "mlp.gate.e_score_correction_bias";

    private final WeightLoader loader;
    private final TensorNames names;
    private final int hidden;

    ExpertLoader(WeightLoader loader, TensorNames names, int hidden) {
        this.loader = loader;
        this.names = names;
        this.hidden = hidden;
    }

    LayerWeights.Experts load(int layer, FeedForward.Experts e) {
        Weight router = loader.matrix(names.stem(layer, LayerPart.ROUTER) + ".weight", e.count(), hidden);
        float[] correction =
                e.routing().sigmoid() ? loader.values(names.in(layer, CORRECTION), e.count()) : new float[0];
        return new LayerWeights.Experts(router, correction, experts(layer, e), shared(layer, e.sharedSize()));
    }

    private LayerWeights.@Nullable Dense shared(int layer, int size) {
        if (size == 0) {
            return null;
        }
        return new LayerWeights.Dense(
                loader.linear(names.stem(layer, LayerPart.SHARED_GATE), size, hidden, false),
                loader.linear(names.stem(layer, LayerPart.SHARED_UP), size, hidden, false),
                loader.linear(names.stem(layer, LayerPart.SHARED_DOWN), hidden, size, false));
    }

    private List<LayerWeights.Dense> experts(int layer, FeedForward.Experts e) {
        if (names.stackedExperts()) {
            return stacked(layer, e);
        }
        return loader.has(names.in(layer, FUSED_GATE_UP)) ? fused(layer, e) : single(layer, e);
    }

    private List<LayerWeights.Dense> stacked(int layer, FeedForward.Experts e) {
        TensorView gates = stack(layer, LayerPart.EXPERT_GATES, e.count(), e.size(), hidden);
        TensorView ups = stack(layer, LayerPart.EXPERT_UPS, e.count(), e.size(), hidden);
        TensorView downs = stack(layer, LayerPart.EXPERT_DOWNS, e.count(), hidden, e.size());
        List<LayerWeights.Dense> experts = new ArrayList<>();
        for (int i = 0; i < e.count(); i++) {
            experts.add(dense(gates.slice(i), ups.slice(i), downs.slice(i)));
        }
        return experts;
    }

    private TensorView stack(int layer, LayerPart part, int count, int rows, int cols) {
        return loader.view(names.stem(layer, part) + ".weight", count, rows, cols);
    }

    private List<LayerWeights.Dense> fused(int layer, FeedForward.Experts e) {
        TensorView gateUps = loader.view(names.in(layer, FUSED_GATE_UP), e.count(), 2L * e.size(), hidden);
        TensorView downs = loader.view(names.in(layer, FUSED_DOWN), e.count(), hidden, e.size());
        List<LayerWeights.Dense> experts = new ArrayList<>();
        for (int i = 0; i < e.count(); i++) {
            TensorView gateUp = gateUps.slice(i);
            experts.add(dense(half(gateUp, 0), half(gateUp, 1), downs.slice(i)));
        }
        return experts;
    }

    /** The upper or the lower half of a matrix's rows. */
    private static TensorView half(TensorView matrix, int which) {
        long bytes = matrix.data().byteSize() / 2;
        long[] shape = {matrix.rows() / 2, matrix.cols()};
        return new TensorView(
                matrix.name() + " half " + which,
                matrix.type(),
                shape,
                matrix.data().asSlice(which * bytes, bytes));
    }

    private LayerWeights.Dense dense(TensorView gate, TensorView up, TensorView down) {
        return new LayerWeights.Dense(linear(gate), linear(up), linear(down));
    }

    private Linear linear(TensorView view) {
        return new Linear(loader.part(view), null);
    }

    private List<LayerWeights.Dense> single(int layer, FeedForward.Experts e) {
        List<LayerWeights.Dense> experts = new ArrayList<>();
        for (int i = 0; i < e.count(); i++) {
            experts.add(new LayerWeights.Dense(
                    loader.linear(names.expertStem(layer, LayerPart.EXPERT_GATES, i), e.size(), hidden, false),
                    loader.linear(names.expertStem(layer, LayerPart.EXPERT_UPS, i), e.size(), hidden, false),
                    loader.linear(names.expertStem(layer, LayerPart.EXPERT_DOWNS, i), hidden, e.size(), false)));
        }
        return experts;
    }
}
