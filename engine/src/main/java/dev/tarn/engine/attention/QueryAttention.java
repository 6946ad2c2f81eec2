package dev.tarn.engine.attention;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import org.jspecify.annotations.Nullable;

/** Selection and attention of one query and group of heads, with the scratch of one worker. */
final class QueryAttention {
    private final Backend backend;
    private final AttentionShape shape;
    private final AttentionSpec spec;
    private final Selector selector;
    private final @Nullable ProbabilityRule probability;
    private final @Nullable WaveAttention waves;

    QueryAttention(
            Backend backend,
            AttentionShape shape,
            AttentionSpec spec,
            TieOrder ties,
            @Nullable LightningIndexer indexer) {
        this.backend = backend;
        this.shape = shape;
        this.spec = spec;
        this.selector = new Selector(backend, spec, ties);
        this.probability = spec.stop() instanceof StopRule.Probability rule
                ? new ProbabilityRule(backend, spec, rule, indexer)
                : null;
        this.waves = spec.stop().takesWaves()
                ? new WaveAttention(backend, shape, spec, WaveAttention.rule(backend, shape, spec.stop()))
                : null;
    }

    /** Selects by scores, in the layer's own budget, and attends. */
    void choose(LayerInput input, int row, int group, float[] scores, Selection selection, AttentionState state) {
        int from = group == Selection.ALL_HEADS ? 0 : group;
        int to = group == Selection.ALL_HEADS ? shape.kvHeads() : group + 1;
        int n = input.position(row) + 1;
        if (waves != null) {
            waves.run(input, row, from, to, scores, selection, state);
            return;
        }
        if (probability == null) {
            selector.select(scores, n, spec.denseUpTo(input.layer()), selection);
        } else {
            float above = probability.threshold(scores, n, input.layer(), (to - from) * shape.groupSize());
            selector.selectAbove(scores, n, above, selection);
        }
        attend(input, row, group, selection, state);
    }

    /** Attends to a selection that is there already. */
    void attend(LayerInput input, int row, int group, Selection selection, AttentionState state) {
        input.attend(
                backend,
                shape,
                row,
                group == Selection.ALL_HEADS ? 0 : group,
                group == Selection.ALL_HEADS ? shape.kvHeads() : group + 1,
                selection.positions,
                selection.count,
                state,
                null);
    }
}
