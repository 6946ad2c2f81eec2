package dev.tarn.sim.access;

/**
 * Whose entries the batches of a stream are. A lane is one layer of one request; its number is {@code request · layers + layer}, both counted
 * among those that share the pool, in ascending order.
 *
 * @param ofBatch the lane of each batch
 * @param layers layers that share the pool, at least 1
 * @param sequences requests that share the pool, at least 1
 */
public record Lanes(int[] ofBatch, int layers, int sequences) {
    /** All batches of one lane. */
    static Lanes one(int batches) {
        return new Lanes(new int[batches], 1, 1);
    }
}
