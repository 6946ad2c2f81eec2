package dev.tarn.sim.access;

import dev.tarn.trace.TraceMetadata;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A trace in arrays. A batch is one (request, step, layer): the union of what its groups selected, one time stamp. The step's own position
 * t is kept beside the batch, not in it, since it is neither hit nor miss. Batches stand in the order of the trace.
 *
 * <p>Arrays handed out are the trace's own; do not write to them.
 */
public final class AccessTrace {
    private final TraceMetadata metadata;
    private final List<Lane> lanes;
    private final int[] laneOf;
    private final int[] steps;
    private final int[] positions;
    private final boolean[] ownSelected;
    private final int[] offsets;
    private final int[] selected;
    private final float @Nullable [] scores;
    private final long distinctEntries;

    AccessTrace(
            TraceMetadata metadata,
            List<Lane> lanes,
            int[] laneOf,
            int[] steps,
            int[] positions,
            boolean[] ownSelected,
            int[] offsets,
            int[] selected,
            float @Nullable [] scores) {
        this.metadata = metadata;
        this.lanes = lanes;
        this.laneOf = laneOf;
        this.steps = steps;
        this.positions = positions;
        this.ownSelected = ownSelected;
        this.offsets = offsets;
        this.selected = selected;
        this.scores = scores;
        this.distinctEntries = countDistinct();
    }

    /** What the trace says of the whole run. */
    public TraceMetadata metadata() {
        return metadata;
    }

    /** The lanes, by layer, then by request. */
    public List<Lane> lanes() {
        return lanes;
    }

    /** The layers that have rows, ascending. */
    public int[] layers() {
        return lanes.stream().mapToInt(Lane::layer).distinct().toArray();
    }

    /** The requests that have rows, ascending. */
    public int[] requests() {
        return lanes.stream().mapToInt(Lane::request).distinct().sorted().toArray();
    }

    /** The number of batches. */
    public int batches() {
        return steps.length;
    }

    /** The index of the batch's lane in {@link #lanes}. */
    public int laneOf(int batch) {
        return laneOf[batch];
    }

    /** The decode step of the batch. */
    public int step(int batch) {
        return steps[batch];
    }

    /** t, the position of the batch's own token. */
    public int position(int batch) {
        return positions[batch];
    }

    /** Whether the selection contains its own position. */
    public boolean ownSelected(int batch) {
        return ownSelected[batch];
    }

    /** Where the batch begins in {@link #selected}; it ends where the next begins. */
    public int from(int batch) {
        return offsets[batch];
    }

    /** Where the batch ends in {@link #selected}. */
    public int to(int batch) {
        return offsets[batch + 1];
    }

    /** abs(Ω): the selected positions of the batch, its own included where selected. */
    public int selectionSize(int batch) {
        return offsets[batch + 1] - offsets[batch] + (ownSelected[batch] ? 1 : 0);
    }

    /** The selected positions of all batches, ascending within a batch, without the own position. */
    public int[] selected() {
        return selected;
    }

    /** Beside {@link #selected} the ranking's scores, the highest of the groups that selected a position; null if loaded without. */
    public float @Nullable [] scores() {
        return scores;
    }

    /** The accesses that are counted: all selected positions but the own ones. */
    public int accesses() {
        return selected.length;
    }

    /** How many different entries (request, layer, position) the selections contain, own positions included. */
    public long distinctEntries() {
        return distinctEntries;
    }

    /** How many different (request, step) the trace has: what one sequence does in one decode step. */
    public long sequenceSteps() {
        return IntStream.range(0, batches())
                .mapToLong(b -> ((long) lanes.get(laneOf[b]).request() << 32) | (steps[b] & 0xFFFF_FFFFL))
                .distinct()
                .count();
    }

    /** The batches of each lane, in the order of the trace: first index as in {@link #lanes}. */
    public int[][] batchesByLane() {
        int[] counts = new int[lanes.size()];
        for (int lane : laneOf) {
            counts[lane]++;
        }
        int[][] result = IntStream.of(counts).mapToObj(count -> new int[count]).toArray(int[][]::new);
        for (int b = laneOf.length - 1; b >= 0; b--) {
            result[laneOf[b]][--counts[laneOf[b]]] = b;
        }
        return result;
    }

    private long countDistinct() {
        var seen = new BitRanks[lanes.size()];
        for (int b = 0; b < batches(); b++) {
            if (seen[laneOf[b]] == null) {
                seen[laneOf[b]] = new BitRanks();
            }
            for (int i = from(b); i < to(b); i++) {
                seen[laneOf[b]].add(selected[i]);
            }
            if (ownSelected[b]) {
                seen[laneOf[b]].add(positions[b]);
            }
        }
        long total = 0;
        for (BitRanks set : seen) {
            set.seal();
            total += set.size();
        }
        return total;
    }
}
