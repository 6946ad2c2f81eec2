package dev.tarn.engine.model;

import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.model.architecture.FeedForward;
import org.jspecify.annotations.Nullable;

/**
 * A mixture of experts: the rows that chose an expert are gathered, run through it together, and added back with their weights,
 * expert after expert in ascending order.
 */
final class ExpertMlp {
    private final Backend backend;
    private final FeedForward.Experts shape;
    private final GatedMlp expert;
    private final @Nullable GatedMlp shared;
    private final ExpertRouter router;
    private final Tensor logits;
    private final Tensor gathered;
    private final Tensor result;

    ExpertMlp(
            Backend backend,
            FeedForward.Experts shape,
            GatedMlp expert,
            @Nullable GatedMlp shared,
            int hidden,
            int maxRows) {
        this.backend = backend;
        this.shape = shape;
        this.expert = expert;
        this.shared = shared;
        this.router = new ExpertRouter(shape, maxRows);
        this.logits = backend.allocate(maxRows, shape.count());
        this.gathered = backend.allocate(maxRows, hidden);
        this.result = backend.allocate(maxRows, hidden);
    }

    void run(LayerWeights.Experts w, Tensor x, int rows, Tensor y) {
        backend.matmul(w.router(), x, rows, logits);
        router.route(logits, rows, w.correction());
        backend.clear(y, rows);
        for (int e = 0; e < shape.count(); e++) {
            int count = router.rowsOf(e);
            if (count > 0) {
                backend.gatherRows(x, router.places(), count, gathered);
                expert.run(w.experts().get(e), gathered, count, result);
                backend.addRows(result, router.places(), router.weights(), count, y);
            }
        }
        if (shared != null && w.shared() != null) {
            shared.run(w.shared(), x, rows, result);
            backend.add(y, result, rows);
        }
    }
}
