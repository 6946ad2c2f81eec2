package dev.tarn.sim.replay;

import dev.tarn.sim.access.AccessTrace;
import java.util.TreeSet;

/** Capacities at which a miss-ratio curve shows its shape: evenly on a logarithmic scale, and closely around the cliff. */
public final class CurvePoints {
    private static final double[] AROUND_CLIFF = {0.25, 0.5, 0.75, 0.9, 1, 1.05, 1.1, 1.25, 1.5, 2, 3, 4};

    private CurvePoints() {}

    /**
     * The capacities for a trace, ascending, from 1 to its distinct entries.
     *
     * @param points about how many on the logarithmic scale, 2 or more
     */
    public static long[] of(AccessTrace trace, int points) {
        if (points < 2) {
            throw new IllegalArgumentException("a curve of " + points + " points has no shape; ask for 2 or more");
        }
        long most = Math.max(1, trace.distinctEntries());
        var capacities = new TreeSet<Long>();
        for (int i = 0; i < points; i++) {
            capacities.add(Math.round(Math.pow((double) most, (double) i / (points - 1))));
        }
        Cliff.of(trace).ifPresent(cliff -> {
            capacities.add(cliff.entries() - 1);
            for (double factor : AROUND_CLIFF) {
                capacities.add(Math.round(factor * cliff.entries()));
            }
        });
        return capacities.stream()
                .mapToLong(Long::longValue)
                .filter(c -> c >= 1 && c <= most)
                .toArray();
    }
}
