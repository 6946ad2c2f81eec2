package dev.tarn.study.distill.training;

import dev.tarn.study.distill.network.IndexerShape;
import java.util.List;

/**
 * Indexers as far as they are trained.
 *
 * @param shape sizes of each
 * @param plan which layers they belong to
 * @param options how they were trained
 * @param parameters of each indexer in the order of the plan, laid out as the shape says
 * @param steps steps taken
 * @param operations multiplications and additions, the backbone's included
 * @param seconds time taken
 * @param usualMass dense mass outside what is always kept, by indexer, mean of late steps
 * @param loss of each indexer, mean of late steps, in nats
 */
public record TrainedIndexer(
        IndexerShape shape,
        LayerPlan plan,
        TrainingOptions options,
        List<float[]> parameters,
        int steps,
        double operations,
        double seconds,
        List<Double> usualMass,
        List<Double> loss) {
    /** Parameters of all layers together. */
    public long size() {
        return (long) shape.parameters() * parameters.size();
    }

    /** Mean loss over the layers. */
    public double meanLoss() {
        return loss.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }
}
