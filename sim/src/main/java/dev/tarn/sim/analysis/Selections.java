package dev.tarn.sim.analysis;

import dev.tarn.sim.access.AccessTrace;

/** Ω of the batches that are analysed, the own position included where it was selected. */
final class Selections {
    private final AccessTrace trace;
    private final double denseUpTo;
    private final double k;
    private final long analysed;

    Selections(AccessTrace trace) {
        this.trace = trace;
        int fixed = trace.metadata().k();
        this.denseUpTo = fixed > 0 ? fixed : mean(trace, 0);
        this.k = mean(trace, denseUpTo);
        this.analysed = count(trace, denseUpTo);
    }

    /** Mean abs(Ω), NaN if nothing is analysed. */
    double k() {
        return k;
    }

    long analysed() {
        return analysed;
    }

    /** Whether the batch's step is sparse: t + 1 > k. */
    boolean isSparse(int batch) {
        return trace.position(batch) + 1 > denseUpTo;
    }

    /** k/t, the fraction of a selection that one drawn at random shares with it; 1 where all is selected. */
    double chance(int batch) {
        return Math.min(1, k / trace.position(batch));
    }

    /** Copies Ω, ascending, into a target that is long enough, and returns its size. */
    int copy(int batch, int[] target) {
        int from = trace.from(batch);
        int count = trace.to(batch) - from;
        System.arraycopy(trace.selected(), from, target, 0, count);
        if (trace.ownSelected(batch)) {
            target[count++] = trace.position(batch);
        }
        return count;
    }

    private static long count(AccessTrace trace, double denseUpTo) {
        long count = 0;
        for (int b = 0; b < trace.batches(); b++) {
            count += trace.position(b) + 1 > denseUpTo ? 1 : 0;
        }
        return count;
    }

    private static double mean(AccessTrace trace, double denseUpTo) {
        long sum = 0;
        for (int b = 0; b < trace.batches(); b++) {
            sum += trace.position(b) + 1 > denseUpTo ? trace.selectionSize(b) : 0;
        }
        return (double) sum / count(trace, denseUpTo);
    }
}
