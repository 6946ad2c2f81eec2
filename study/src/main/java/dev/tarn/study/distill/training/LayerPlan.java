package dev.tarn.study.distill.training;

import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.engine.model.architecture.LayerDescription;
import dev.tarn.study.StudyException;
import dev.tarn.study.distill.capture.CaptureShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Which layers get an indexer, and whose attention each is to match. Layers that see a window only need none.
 *
 * @param groups each the layer with the indexer, then those that share its selection
 */
public record LayerPlan(List<List<Integer>> groups) {
    /**
     * The plan for a model.
     *
     * @param share layers of a group
     * @throws StudyException where the model has no layer that sees everything, or layers cannot share
     */
    public static LayerPlan of(Architecture architecture, int share) {
        List<Integer> global = new ArrayList<>();
        for (int layer = 0; layer < architecture.layers(); layer++) {
            if (!isSliding(architecture.stack().get(layer))) {
                global.add(layer);
            }
        }
        if (global.isEmpty()) {
            throw new StudyException(
                    "every layer of this model attends to a sliding window: there is nothing to index");
        }
        if (share > 1 && global.size() < architecture.layers()) {
            throw new StudyException(
                    "layers of a model with sliding windows cannot share an indexer; leave --share out");
        }
        List<List<Integer>> groups = new ArrayList<>();
        for (int i = 0; i < global.size(); i += share) {
            groups.add(List.copyOf(global.subList(i, Math.min(global.size(), i + share))));
        }
        return new LayerPlan(List.copyOf(groups));
    }

    private static boolean isSliding(LayerDescription layer) {
        return layer.window() != Integer.MAX_VALUE;
    }

    /** Layers with an indexer, ascending. */
    public List<Integer> indexed() {
        return groups.stream().map(List::getFirst).toList();
    }

    /** What must be kept of a window. */
    public CaptureShape capture(Architecture architecture) {
        return new CaptureShape(
                architecture.hidden(),
                architecture.attention(),
                indexed(),
                groups.stream().flatMap(List::stream).toList());
    }
}
