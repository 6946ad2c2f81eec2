package dev.tarn.engine.attention;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attends by a spec: dense where the spec or the position says so, else rank, select, attend. Where t + 1 <= k attention is
 * dense and no ranking runs. Sliding-window layers attend to their window whatever the spec. Belongs to one decoding thread.
 */
public final class Attention {
    /** Given to dense attention at least, where the pass has them: with fewer, a backend may add up in another order. */
    private static final int DENSE_ROWS = 8;

    private final Backend backend;
    private final AttentionShape shape;
    private final AttentionSpec spec;
    private final @Nullable Ranking ranking;
    private final Selector selector;
    private final SelectionListener listener;
    private final AttentionState state;
    private final List<LayerScope> scopes;
    private final Selection selection = new Selection();
    private final RowSelections kept = new RowSelections();
    private float[] scores = new float[0];

    /** Attention by one spec in a model whose layers all see every position. */
    public Attention(
            Backend backend,
            AttentionShape shape,
            AttentionSpec spec,
            @Nullable LightningIndexer indexer,
            SelectionListener listener) {
        this(backend, shape, List.of(), spec, indexer, listener);
    }

    /**
     * Attention by one spec.
     *
     * @param scopes of each layer; layers past the end are global
     * @param spec not yet resolved: what the indexer always keeps is filled in here
     * @param indexer the model's indexer, or null
     * @throws EngineException where the spec needs an indexer and there is none
     */
    public Attention(
            Backend backend,
            AttentionShape shape,
            List<LayerScope> scopes,
            AttentionSpec spec,
            @Nullable LightningIndexer indexer,
            SelectionListener listener) {
        this.backend = backend;
        this.shape = shape;
        this.scopes = List.copyOf(scopes);
        this.spec = indexer == null
                ? spec.resolve(0, 0)
                : spec.resolve(indexer.shape().sink(), indexer.shape().recent());
        this.ranking = ranking(backend, shape, spec, indexer);
        this.selector = new Selector(this.spec);
        this.listener = listener;
        this.state = new AttentionState(shape);
    }

    private static @Nullable Ranking ranking(
            Backend backend, AttentionShape shape, AttentionSpec spec, @Nullable LightningIndexer indexer) {
        return switch (spec.rank()) {
            case NONE -> null;
            case RECENCY -> new RecencyRanking();
            case RANDOM -> new RandomRanking(spec.seed());
            case ORACLE -> new OracleRanking(backend, shape);
            case LIGHTNING -> {
                if (indexer == null) {
                    throw new EngineException(
                            "attention '" + spec + "' needs a lightning indexer and the model has none:"
                                    + " put <model>.indexer.safetensors beside it or give --indexer FILE");
                }
                yield indexer;
            }
        };
    }

    /** The spec with every default filled in. */
    public AttentionSpec spec() {
        return spec;
    }

    /**
     * Attends for all rows of a layer.
     *
     * @param sparseFrom positions below it attend densely whatever the spec, and are not reported to the listener
     * @param out receives the output, [rows, heads · valueDim]
     */
    public void attend(LayerInput input, int sparseFrom, Tensor out) {
        listener.attending(input);
        LayerScope scope = scope(input.layer());
        if (scope.isSliding()) {
            backend.attendWindow(
                    shape,
                    input.cache(),
                    input.layer(),
                    input.queries(),
                    input.rows(),
                    input.firstPosition(),
                    scope.window(),
                    out);
            return;
        }
        int first = Math.clamp((long) sparseFrom - input.firstPosition(), 0, input.rows());
        int chosen = ranking == null
                ? input.rows()
                : Math.clamp((long) spec.k() - input.firstPosition(), first, input.rows());
        for (int row = first; row < chosen; row++) {
            selection.takeAll(input.position(row) + 1);
            listener.selected(input, row, Selection.ALL_HEADS, selection, null);
        }
        if (chosen > 0) {
            int dense = Math.min(input.rows(), Math.max(chosen, DENSE_ROWS));
            backend.attendDense(
                    shape, input.cache(), input.layer(), input.queries(), dense, input.firstPosition(), out);
        }
        if (ranking != null && chosen < input.rows()) {
            attendChosen(ranking, input, chosen, out);
        }
    }

    private LayerScope scope(int layer) {
        return layer < scopes.size() ? scopes.get(layer) : LayerScope.GLOBAL;
    }

    private void attendChosen(Ranking order, LayerInput input, int fromRow, Tensor out) {
        boolean shared =
                order instanceof LightningIndexer && scope(input.layer()).sharesSelection();
        if (!shared) {
            order.prepare(input, fromRow);
        }
        for (int row = fromRow; row < input.rows(); row++) {
            state.reset();
            if (spec.share() == Share.LAYER) {
                attendGroup(order, shared, input, row, Selection.ALL_HEADS, 0, shape.kvHeads());
            } else {
                for (int head = 0; head < shape.kvHeads(); head++) {
                    attendGroup(order, shared, input, row, head, head, head + 1);
                }
            }
            backend.finishAttention(shape, state, out, row);
        }
    }

    private void attendGroup(
            Ranking order, boolean shared, LayerInput input, int row, int group, int fromHead, int toHead) {
        Selection chosen = shared ? kept.of(slot(row, group)) : rank(order, input, row, group);
        listener.selected(input, row, group, chosen, shared ? null : scores);
        backend.attendSelected(
                shape,
                input.cache(),
                input.layer(),
                input.queries(),
                row,
                fromHead,
                toHead,
                chosen.positions,
                chosen.count,
                state);
    }

    private Selection rank(Ranking order, LayerInput input, int row, int group) {
        int n = input.position(row) + 1;
        if (scores.length < n) {
            scores = new float[Math.max(n, 2 * scores.length)];
        }
        order.score(input, row, group, scores);
        selector.select(scores, n, selection);
        if (scope(input.layer() + 1).sharesSelection()) {
            kept.keep(slot(row, group), selection);
        }
        return selection;
    }

    private int slot(int row, int group) {
        return row * shape.kvHeads() + Math.max(group, 0);
    }
}
