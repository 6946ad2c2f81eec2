package dev.tarn.study.distill.capture;

import static dev.tarn.study.distill.network.LayerActivations.TILE;

import dev.tarn.engine.compute.AttentionShape;
import java.util.List;

/**
 * What is kept of a window.
 *
 * @param hidden floats of an attention input
 * @param attention the backbone's heads
 * @param indexed layers that have an indexer, ascending: their attention inputs are kept
 * @param attended layers whose attention is matched, ascending: their queries and keys are kept
 */
public record CaptureShape(int hidden, AttentionShape attention, List<Integer> indexed, List<Integer> attended) {
    /** Copies the lists. */
    public CaptureShape {
        indexed = List.copyOf(indexed);
        attended = List.copyOf(attended);
    }

    /** Half-precision numbers of one tile's keys. */
    int keyTile() {
        return attention.kvHeads() * attention.keyDim() * TILE;
    }

    /** Half-precision numbers of one token's queries. */
    int query() {
        return attention.heads() * attention.keyDim();
    }

    /** Bytes that a window of {@code tokens} tokens takes with the queries of {@code queries} of them. */
    public long bytes(int tokens, int queries) {
        long tiles = Math.ceilDiv((long) tokens, TILE);
        return Short.BYTES
                * (indexed.size() * tiles * hidden * TILE
                        + attended.size() * (tiles * keyTile() + (long) queries * query()));
    }
}
