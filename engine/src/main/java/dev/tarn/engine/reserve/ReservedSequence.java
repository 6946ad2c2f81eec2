package dev.tarn.engine.reserve;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.kv.SlowTier;
import org.jspecify.annotations.Nullable;

/**
 * One sequence that decodes with a reservation. For each step and layer: {@link #begin}; {@link #attend} for each wave of each group;
 * {@link #select} for each group; {@link #end}. A step that fails in between leaves nothing behind.
 */
public final class ReservedSequence implements AutoCloseable {
    private final Reservation reservation;
    private final SlowTier tier;
    private final int sequence;
    private final Predictor predictor;
    private int layer;
    private int used;
    private @Nullable LayerBatch batch;

    ReservedSequence(Reservation reservation, SlowTier tier, int sequence) {
        this.reservation = reservation;
        this.tier = tier;
        this.sequence = sequence;
        this.predictor = reservation.predictor();
    }

    /** Whether a layer reads by the reservation; one that keeps to its window does not. */
    public boolean serves(int layer) {
        return reservation.serves(layer);
    }

    /** Begins what a layer reads at the step whose own token has this position. */
    public void begin(int layer, int position) {
        this.layer = layer;
        used = Math.max(used, position + 1);
        batch = reservation.begin(tier, sequence, layer, position);
    }

    private LayerBatch batch() {
        LayerBatch current = batch;
        if (current == null) {
            throw new IllegalStateException("no layer has begun");
        }
        return current;
    }

    /** Adds entries to the attention state of one query, as {@link Backend#attendSelected} does, to the bit. */
    public void attend(
            Backend backend,
            AttentionShape shape,
            Tensor queries,
            int row,
            int fromKvHead,
            int toKvHead,
            int[] positions,
            int count,
            AttentionState state,
            float @Nullable [] scores) {
        batch().attend(backend, shape, queries, row, fromKvHead, toKvHead, positions, count, state, scores);
    }

    /** Whether it pays to say what will be read next. */
    public boolean fetchesAhead() {
        return batch().fetchesAhead();
    }

    /** Says which positions may be read next, so that they are fetched meanwhile. */
    public void expect(int[] positions, int count) {
        batch().expect(positions, count);
    }

    /**
     * Says what one group selected.
     *
     * @param unit positions that share a score
     * @param scores by unit, or null where no ranking ran
     */
    public void select(int[] positions, int count, int unit, float @Nullable [] scores) {
        batch().select(positions, count, unit, scores);
    }

    /** Ends what {@link #begin} began: counts it, evicts, admits, and brings in the step's own entry. */
    public void end() {
        batch().end();
        batch = null;
        reservation.fetchAhead(predictor, tier, sequence, layer, used - 1);
    }

    /** Forgets the entries from {@code length} on, and a unit that is not full there, since others will follow. */
    public void truncate(int length) {
        reservation.forget(sequence, length, Math.max(used, length));
        used = Math.min(used, length);
    }

    /** Gives the slots back. */
    @Override
    public void close() {
        reservation.leave(sequence, used);
    }
}
