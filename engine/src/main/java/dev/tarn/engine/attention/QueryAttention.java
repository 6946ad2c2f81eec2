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
        if (waves == null) {
            select(input, row, group, scores, selection);
        }
        resume(input, row, group, scores, selection, state);
    }

    /** Attends to what {@link #foresee} chose, and to what comes after it. */
    void resume(LayerInput input, int row, int group, float[] scores, Selection selection, AttentionState state) {
        if (waves == null) {
            attend(input, row, group, selection, state);
        } else {
            waves.run(input, row, from(group), to(group), scores, selection, state);
        }
    }

    private void select(LayerInput input, int row, int group, float[] scores, Selection selection) {
        int n = input.position(row) + 1;
        if (probability == null) {
            selector.select(scores, n, spec.denseUpTo(input.layer()), selection);
        } else {
            int heads = (to(group) - from(group)) * shape.groupSize();
            selector.selectAbove(scores, n, probability.threshold(scores, n, input.layer(), heads), selection);
        }
    }

    /**
     * Chooses, before its turn, what {@link #choose} will attend to, as far as that is known by scores alone: all of it, or the first
     * wave.
     *
     * @param selection receives the positions
     */
    void foresee(LayerInput input, int row, int group, float[] scores, Selection selection) {
        if (waves != null) {
            waves.foresee(input.position(row) + 1, scores, selection);
        } else {
            select(input, row, group, scores, selection);
        }
    }

    private int from(int group) {
        return group == Selection.ALL_HEADS ? 0 : group;
    }

    private int to(int group) {
        return group == Selection.ALL_HEADS ? shape.kvHeads() : group + 1;
    }

    /** Attends to a selection that is there already. */
    void attend(LayerInput input, int row, int group, Selection selection, AttentionState state) {
        input.attend(backend, shape, row, from(group), to(group), selection.positions, selection.count, state, null);
    }
}
