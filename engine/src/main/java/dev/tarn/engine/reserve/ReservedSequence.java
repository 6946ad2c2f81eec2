package dev.tarn.engine.reserve;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.kv.SlowTier;
import org.jspecify.annotations.Nullable;

/**
 * One sequence that decodes with a reservation. For each step and layer: {@link #begin}; {@link #attend} for each wave of each group;
 * {@link #select} for each group; {@link #end}. A step that fails in between leaves nothing behind. Sequences that decode together take
 * turns layer by layer, and each may say beforehand what it will read.
 */
public final class ReservedSequence implements AutoCloseable {
    private final Reservation reservation;
    private final SlowTier tier;
    private final int sequence;
    private final Predictor predictor;
    private int layer;
    private int used;
    private boolean told;
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

    /** Whether entries may be fetched before they are asked for: where something can read them meanwhile. */
    public boolean fetchesAhead() {
        return tier.readers() > 0;
    }

    /**
     * Says, before {@link #begin}, what a layer will read at the step whose own token has this position, so that it is fetched while
     * other sequences attend. What is said of one sequence while another one's turn is to come is kept for these two, not for a third.
     *
     * @param bitsByPosition set for what will be read
     */
    public void expect(int layer, int position, long[] bitsByPosition) {
        told = true;
        reservation.fetchSelected(tier, sequence, layer, position, bitsByPosition);
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
        reservation.fetchAhead(predictor, tier, sequence, layer, used - 1, !told);
        told = false;
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
