package dev.tarn.engine.attention;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.reserve.ReservedSequence;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attends by a spec: dense where the spec or the position says so, else rank, select, attend. Where everything would be taken without
 * asking (t + 1 <= k, or no more than the first wave) attention is dense and no ranking runs. Sliding-window layers attend to their
 * window whatever the spec. Belongs to one decoding thread; rows of a batch are shared among the backend's workers.
 */
public final class Attention {
    /** Given to dense attention at least, where the pass has them: with fewer, a backend may add up in another order. */
    private static final int DENSE_ROWS = 8;
    /** Rows whose scores exist at a time. */
    private static final int CHUNK = 64;
    /** Rows that one task takes. */
    private static final int TILE = 4;

    private final Backend backend;
    private final AttentionShape shape;
    private final AttentionSpec spec;
    private final TieOrder ties;
    private final LayerPlan plan;
    private final @Nullable Ranking ranking;
    private final SelectionListener listener;
    private final QueryAttention[] workers;
    private final AttentionState[] states;
    private final Selection whole = new Selection();
    private final int groups;
    /** Scores of a row: one set for all its groups, or one for each. */
    private final int scoreSets;

    private Selection[] selections = new Selection[0];
    private float[][] scores = new float[0][];
    /** Whether the next row to attend was ranked before its turn, and whether the row at hand was. */
    private boolean foreseen;

    private boolean resuming;
    /** By position, a bit. */
    private long[] expected = new long[0];

    /** Attention by one spec in a model whose layers all see every position; of equal scores the lower position is taken. */
    public Attention(
            Backend backend,
            AttentionShape shape,
            AttentionSpec spec,
            @Nullable LightningIndexer indexer,
            SelectionListener listener) {
        this(backend, shape, List.of(), spec, TieOrder.LOWER, indexer, listener);
    }

    /**
     * Attention by one spec.
     *
     * @param scopes of each layer; layers past the end are global
     * @param spec not yet resolved: what the indexer always keeps is filled in here
     * @param ties which of equal scores are taken where a fixed number of tokens is
     * @param indexer the model's indexer, or null
     * @throws EngineException where the spec needs an indexer and there is none, or does not fit the layers
     */
    public Attention(
            Backend backend,
            AttentionShape shape,
            List<LayerScope> scopes,
            AttentionSpec spec,
            TieOrder ties,
            @Nullable LightningIndexer indexer,
            SelectionListener listener) {
        this.backend = backend;
        this.shape = shape;
        this.spec = indexer == null
                ? spec.resolve(0, 0)
                : spec.resolve(indexer.shape().sink(), indexer.shape().recent());
        this.ties = ties;
        this.plan = new LayerPlan(scopes, this.spec);
        this.ranking = Rankings.of(backend, shape, this.spec, indexer);
        this.listener = listener;
        this.workers = new QueryAttention[backend.workers()];
        this.states = new AttentionState[backend.workers()];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new QueryAttention(backend, shape, this.spec, ties, indexer);
            states[i] = new AttentionState(shape);
        }
        this.groups = spec.share() == Share.LAYER ? 1 : shape.kvHeads();
        this.scoreSets = spec.rank().perHead() ? groups : 1;
    }

    /** The spec with every default filled in. */
    public AttentionSpec spec() {
        return spec;
    }

    /**
     * What decides how the prompt tokens at positions from .. to-1 attend, and so what they leave in a cache, in words; null where they
     * must be run even if another sequence has left the same, because somebody listens to what they select.
     *
     * @param sparseFrom positions below it attend densely
     */
    @SuppressWarnings("ReferenceEquality") // there is one NONE
    public @Nullable String manner(int from, int to, int sparseFrom) {
        if (to <= sparseFrom || (spec.isDense() && listener == SelectionListener.NONE)) {
            return "dense";
        }
        if (listener != SelectionListener.NONE) {
            return null;
        }
        String budgets = switch (spec.stop()) {
            case StopRule.Budgets of -> of.k().toString();
            case StopRule.Probability of -> of.masses().toString();
            default -> "";
        };
        return "sparse after " + Math.max(0, sparseFrom - from) + ": " + spec + budgets + ", ties " + ties;
    }

    /** Makes, of all tokens that a cache holds, the block summaries that this attention ranks by. */
    public void summarise(KvCache cache) {
        for (int layer = 0; ranking != null && layer < cache.shape().layers(); layer++) {
            if (!plan.scope(layer).isSliding() && !plan.isDense(layer) && !plan.shares(layer)) {
                ranking.summarise(cache, layer);
            }
        }
    }

    /**
     * Ranks what the single row of a layer will attend to, before its turn, and lets it be fetched while other sequences attend. Does
     * nothing where it would not be fetched meanwhile.
     *
     * @param input of the layer that this attention attends to next; by the time it does, the indexer may have gone on to other rows
     */
    public void foresee(LayerInput input) {
        ReservedSequence reserved = input.reserved();
        foreseen = false;
        if (reserved == null || !reserved.fetchesAhead()) {
            return;
        }
        int layer = input.layer();
        int position = input.firstPosition();
        int words = position / Long.SIZE + 1;
        if (expected.length < words) {
            expected = new long[2 * words];
        }
        Arrays.fill(expected, 0, words, 0);
        if (ranking == null || plan.isDense(layer) || position < spec.denseUpTo(plan.source(layer))) {
            Arrays.fill(expected, 0, words, -1);
        } else {
            rankAhead(ranking, input);
        }
        reserved.expect(layer, position, expected);
    }

    private void rankAhead(Ranking order, LayerInput input) {
        boolean shared = plan.shares(input.layer());
        reserve(input);
        if (!shared) {
            order.prepare(input, 0);
        }
        for (int set = 0; set < scoreSets && !shared; set++) {
            order.score(input, 0, group(set), 0, scores[set]);
        }
        for (int g = 0; g < groups; g++) {
            Selection selection = selections[g];
            if (!shared) {
                workers[0].foresee(input, 0, group(g), scores[Math.min(g, scoreSets - 1)], selection);
            }
            for (int i = 0; i < selection.count; i++) {
                int s = selection.positions[i];
                expected[s / Long.SIZE] |= 1L << s;
            }
        }
        foreseen = true;
    }

    /**
     * Attends for all rows of a layer.
     *
     * @param sparseFrom positions below it attend densely whatever the spec, and are not reported to the listener
     * @param out receives the output, [rows, heads · valueDim]
     */
    @SuppressWarnings("ReferenceEquality") // there is one NONE, and telling it of every dense row costs
    public void attend(LayerInput input, int sparseFrom, Tensor out) {
        listener.attending(input);
        int layer = input.layer();
        LayerScope scope = plan.scope(layer);
        if (scope.isSliding()) {
            backend.attendWindow(
                    shape,
                    input.cache(),
                    layer,
                    input.queries(),
                    input.rows(),
                    input.firstPosition(),
                    scope.window(),
                    out);
            return;
        }
        int first = Math.clamp((long) sparseFrom - input.firstPosition(), 0, input.rows());
        int upTo = plan.isDense(layer) ? Integer.MAX_VALUE : spec.denseUpTo(plan.source(layer));
        int chosen = Math.clamp((long) upTo - input.firstPosition(), first, input.rows());
        for (int row = first; row < chosen && listener != SelectionListener.NONE; row++) {
            whole.takeAll(input.position(row) + 1);
            whole.mass = spec.stop() instanceof StopRule.Mass && !plan.isDense(layer) ? 1 : Float.NaN;
            listener.selected(input, row, Selection.ALL_HEADS, whole, null);
        }
        ReservedSequence reserved = input.reserved();
        if (reserved != null) {
            reserved.begin(layer, input.firstPosition());
        }
        if (chosen > 0 && reserved != null) {
            attendAll(reserved, input, out);
        } else if (chosen > 0) {
            int dense = Math.min(input.rows(), Math.max(chosen, DENSE_ROWS));
            backend.attendDense(shape, input.cache(), layer, input.queries(), dense, input.firstPosition(), out);
        }
        if (ranking != null && chosen < input.rows()) {
            attendChosen(ranking, input, chosen, out);
        }
        if (reserved != null) {
            reserved.end();
        }
    }

    /** The single row of a pass, over all positions through the reservation: the sums of dense attention, in its order. */
    private void attendAll(ReservedSequence reserved, LayerInput input, Tensor out) {
        AttentionState state = states[0];
        state.reset();
        whole.takeAll(input.firstPosition() + 1);
        input.attend(backend, shape, 0, 0, shape.kvHeads(), whole.positions, whole.count, state, null);
        reserved.select(whole.positions, whole.count, 1, null);
        backend.finishAttention(shape, state, out, 0);
    }

    private void attendChosen(Ranking order, LayerInput input, int fromRow, Tensor out) {
        boolean shared = plan.shares(input.layer());
        resuming = foreseen;
        foreseen = false;
        reserve(input);
        if (!shared && !resuming) {
            order.prepare(input, fromRow);
        }
        for (int first = fromRow; first < input.rows(); first += CHUNK) {
            int from = first;
            int to = Math.min(input.rows(), first + CHUNK);
            if (to - from == 1) {
                attendAlone(order, shared, input, from, out);
            } else {
                backend.forEach((to - from + TILE - 1) / TILE, (tile, worker) -> {
                    for (int row = from + tile * TILE; row < Math.min(to, from + (tile + 1) * TILE); row++) {
                        attendRow(order, shared, input, row, row - from, worker, out);
                    }
                });
            }
            report(order, shared, input, from, to);
        }
    }

    /** One row of a batch, by one worker. */
    private void attendRow(
            Ranking order, boolean shared, LayerInput input, int row, int place, int worker, Tensor out) {
        AttentionState state = states[worker];
        state.reset();
        for (int set = 0; set < scoreSets && !shared; set++) {
            order.score(input, row, group(set), worker, scores[place * scoreSets + set]);
        }
        for (int g = 0; g < groups; g++) {
            attendGroup(shared, input, row, place, g, worker, state);
        }
        backend.finishAttention(shape, state, out, row);
    }

    /**
     * A single row: its groups are shared among the workers. Where there is one group, or what a group reads is brought for all of them,
     * the operators' work is shared instead.
     */
    private void attendAlone(Ranking order, boolean shared, LayerInput input, int row, Tensor out) {
        AttentionState state = states[0];
        state.reset();
        if (!shared && !resuming && scoreSets < groups) {
            order.score(input, row, Selection.ALL_HEADS, 0, scores[0]);
        }
        if (groups == 1 || input.reserved() != null) {
            for (int g = 0; g < groups; g++) {
                attendAlone(order, shared, input, row, g, 0, state);
            }
        } else {
            backend.forEach(groups, (g, worker) -> attendAlone(order, shared, input, row, g, worker, state));
        }
        backend.finishAttention(shape, state, out, row);
    }

    private void attendAlone(
            Ranking order, boolean shared, LayerInput input, int row, int g, int worker, AttentionState state) {
        if (!shared && !resuming && scoreSets == groups) {
            order.score(input, row, group(g), worker, scores[g]);
        }
        attendGroup(shared, input, row, 0, g, worker, state);
    }

    private void attendGroup(
            boolean shared, LayerInput input, int row, int place, int g, int worker, AttentionState state) {
        Selection selection = selections[row * groups + g];
        if (shared) {
            selection.reuse();
            workers[worker].attend(input, row, group(g), selection, state);
        } else if (resuming) {
            workers[worker].resume(input, row, group(g), scores[Math.min(g, scoreSets - 1)], selection, state);
        } else {
            float[] of = scores[place * scoreSets + Math.min(g, scoreSets - 1)];
            workers[worker].choose(input, row, group(g), of, selection, state);
        }
    }

    private int group(int index) {
        return groups == 1 ? Selection.ALL_HEADS : index;
    }

    /** Tells the listener of the rows from..to-1. */
    private void report(Ranking order, boolean shared, LayerInput input, int from, int to) {
        ReservedSequence reserved = input.reserved();
        for (int row = from; row < to; row++) {
            for (int g = 0; g < groups; g++) {
                Selection selection = selections[row * groups + g];
                boolean counted = !shared && g < scoreSets;
                selection.indexBytes =
                        counted ? order.indexBytes(input, row, scoreSets == 1 ? Selection.ALL_HEADS : g) : 0;
                float[] of = shared ? null : scores[(row - from) * scoreSets + Math.min(g, scoreSets - 1)];
                listener.selected(input, row, group(g), selection, of);
                if (reserved != null) {
                    reserved.select(selection.positions, selection.count, selection.unit, of);
                }
            }
        }
    }

    /** Makes room for the selections of all rows and for the scores of a chunk. */
    private void reserve(LayerInput input) {
        if (selections.length < input.rows() * groups) {
            int old = selections.length;
            selections = Arrays.copyOf(selections, input.rows() * groups);
            for (int i = old; i < selections.length; i++) {
                selections[i] = new Selection();
            }
        }
        int sets = Math.min(CHUNK, input.rows()) * scoreSets;
        int n = (input.position(input.rows()) - 1) / spec.block() + 1;
        if (scores.length < sets) {
            scores = Arrays.copyOf(scores, sets);
            Arrays.fill(scores, new float[0]);
        }
        if (scores[0].length < n) {
            int length = Math.max(n, 2 * scores[0].length);
            for (int i = 0; i < scores.length; i++) {
                scores[i] = new float[length];
            }
        }
    }
}
