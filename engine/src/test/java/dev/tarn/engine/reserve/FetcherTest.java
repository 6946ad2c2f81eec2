package dev.tarn.engine.reserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.kv.SlowTier;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** Runs are read once each, and whoever waits for one is not kept by a later one, however the readers race. */
class FetcherTest {
    private static final int RUNS = 64;
    private static final int ROUNDS = 400;
    /** Long enough for the fetcher to wake its readers. */
    private static final long READ_NANOS = 20_000;

    /** Counts the reads of each run, and those of runs that the awaiting thread reads though it asked for an earlier one. */
    private static final class Counted implements SlowTier {
        private final Thread caller = Thread.currentThread();
        private final AtomicIntegerArray reads = new AtomicIntegerArray(RUNS);
        private final AtomicInteger late = new AtomicInteger();
        private int awaited;

        @Override
        public void read(int layer, int first, int count, MemorySegment to, long at) {
            reads.incrementAndGet(first);
            long end = System.nanoTime() + READ_NANOS;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            if (Thread.currentThread().equals(caller) && first > awaited) {
                late.incrementAndGet();
            }
        }

        @Override
        public int readers() {
            return 2;
        }
    }

    @Test
    void await_besideReaders_readsNoRunAfterTheOneAskedFor() {
        Counted tier = new Counted();
        try (Fetcher fetcher = new Fetcher(1, ReserveListener.NONE, 0)) {
            for (int round = 0; round < ROUNDS; round++) {
                fetcher.begin(tier, 0, 0, MemorySegment.NULL);
                long begin = 0;
                for (int run = 0; run < RUNS; run++) {
                    long number = fetcher.add(run, 1, run);
                    begin = run == 0 ? number : begin;
                }
                fetcher.publish(true);
                for (tier.awaited = 0; tier.awaited < RUNS; tier.awaited++) {
                    fetcher.await(begin + tier.awaited);
                }
                fetcher.drain();
            }
        }
        assertThat(tier.late.get()).isZero();
        for (int run = 0; run < RUNS; run++) {
            assertThat(tier.reads.get(run)).as("reads of run %d", run).isEqualTo(ROUNDS);
        }
    }
}
