package dev.tarn.study.bench;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Repeats work until the compilers have nothing left to do for it: until its best time has stopped falling. */
final class WarmUp {
    private static final long LEAST = TimeUnit.MILLISECONDS.toNanos(1000);
    /** So long without a better time ends it, and so many runs. */
    private static final long SETTLED = TimeUnit.MILLISECONDS.toNanos(1000);

    private static final int SETTLED_RUNS = 3;
    private static final double BETTER = 0.97;

    private WarmUp() {}

    /**
     * Runs the work at least once.
     *
     * @param most nanoseconds after which it ends whatever the times do
     * @param work returns the nanoseconds it took
     */
    static void run(long most, LongSupplier work) {
        long spent = 0;
        long best = Long.MAX_VALUE;
        long sinceBetter = 0;
        int runsSinceBetter = 0;
        do {
            long nanos = work.getAsLong();
            spent += nanos;
            if (nanos < best * BETTER) {
                best = nanos;
                sinceBetter = 0;
                runsSinceBetter = 0;
            } else {
                sinceBetter += nanos;
                runsSinceBetter++;
            }
        } while (spent < most && (spent < LEAST || sinceBetter < SETTLED || runsSinceBetter < SETTLED_RUNS));
    }
}
