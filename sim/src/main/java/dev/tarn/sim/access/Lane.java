package dev.tarn.sim.access;

/**
 * One layer of one request: the smallest history that has positions of its own.
 *
 * @param layer the layer
 * @param request the request
 */
public record Lane(int layer, int request) implements Comparable<Lane> {
    /** By layer, then by request. */
    @Override
    public int compareTo(Lane other) {
        int byLayer = Integer.compare(layer, other.layer);
        return byLayer != 0 ? byLayer : Integer.compare(request, other.request);
    }
}
