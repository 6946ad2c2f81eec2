package dev.tarn.sim.replay;

import dev.tarn.sim.access.AccessTrace;
import java.util.Optional;

/**
 * The footprint of one decode step. Every step walks all layers in turn, so LRU over all layers hits nothing, or nearly
 * nothing, in less room than this.
 *
 * @param layers layers of the trace
 * @param k mean selected entries of a layer, over the sparse steps (t + 1 > k) if there are any
 * @param entries layers × k, rounded up
 */
public record Cliff(int layers, double k, long entries) {
    /** The cliff of a trace, absent if the trace is empty. */
    public static Optional<Cliff> of(AccessTrace trace) {
        double k = meanSelection(trace, trace.metadata().k());
        if (Double.isNaN(k)) {
            k = meanSelection(trace, 0);
        }
        int layers = trace.layers().length;
        return Double.isNaN(k) ? Optional.empty() : Optional.of(new Cliff(layers, k, (long) Math.ceil(layers * k)));
    }

    private static double meanSelection(AccessTrace trace, int denseUpTo) {
        long sum = 0;
        long count = 0;
        for (int b = 0; b < trace.batches(); b++) {
            if (trace.position(b) + 1 > denseUpTo) {
                sum += trace.selectionSize(b);
                count++;
            }
        }
        return count == 0 ? Double.NaN : (double) sum / count;
    }
}
