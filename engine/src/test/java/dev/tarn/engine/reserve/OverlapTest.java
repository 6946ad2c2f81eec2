package dev.tarn.engine.reserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.kv.SlowTier;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attention goes on while entries are on their way. Nothing here is timed: the slow tier holds back far entries until near ones of the same
 * layer have been attended to, so that a run without overlap would never end (and is let go after a while, which is counted).
 */
class OverlapTest {
    private static final int FAR = 100;
    private static final int STEPS = 4;
    private static final long PATIENCE_SECONDS = 20;

    /** Holds back what lies far until something was attended to in the layer that is read. */
    private static final class Held implements SlowTier, ReserveListener {
        private final int readers;
        private SlowTier tier;
        private int layer = -1;
        private int attended;
        private final AtomicInteger held = new AtomicInteger();
        private final AtomicInteger gaveUp = new AtomicInteger();

        Held(int readers) {
            this.readers = readers;
        }

        SlowTier over(SlowTier of) {
            tier = of;
            return this;
        }

        @Override
        public void read(int layer, int first, int count, MemorySegment to, long at) {
            enter(layer);
            if (first >= FAR && first < Decoding.PROMPT) {
                hold();
            }
            tier.read(layer, first, count, to, at);
        }

        /** The readers of a layer begin in any order, so that none but a change of layer tells that a new one began. */
        private synchronized void enter(int reading) {
            if (reading != layer) {
                layer = reading;
                attended = 0;
            }
        }

        private synchronized void hold() {
            held.incrementAndGet();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (attended == 0 && System.nanoTime() < end) {
                try {
                    wait(100);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            gaveUp.addAndGet(attended == 0 ? 1 : 0);
        }

        @Override
        public synchronized void attended(int sequence, int layer, int entries, long start, long end) {
            attended += layer == this.layer ? 1 : 0;
            notifyAll();
        }

        @Override
        public int readers() {
            return readers;
        }
    }

    /** k = 140 of 151: the first chunk of 64 entries lies below {@link #FAR}, the last beyond. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void chunks_whoseEntriesAreHere_areAttendedWhileOthersAreOnTheirWay(int threads) {
        float[][] want = want("dsa:k=140");
        Held tier = new Held(2);
        try (Decoding decoding = new Decoding(threads, Precision.FAST)
                        .reserve(new ReserveOptions(0, Sharing.UNIFIED, "lru", 1, 0), tier, tier::over);
                Sequence sequence = decoding.sequence("dsa:k=140")) {
            float[][] got = decoding.decode(sequence, Decoding.prompt(0), Decoding.forced(STEPS));

            assertThat(got).isDeepEqualTo(want);
            assertThat(tier.held.get()).isGreaterThan(STEPS);
            assertThat(tier.gaveUp.get()).isZero();
            LayerCounters total = decoding.decoder.reservation().total();
            assertThat(total.fetchNanos()).isEqualTo(total.waitNanos() + total.hiddenNanos());
        }
    }

    private static float[][] want(String spec) {
        try (Decoding decoding = new Decoding(1, Precision.FAST);
                Sequence sequence = decoding.sequence(spec)) {
            return decoding.decode(sequence, Decoding.prompt(0), Decoding.forced(STEPS));
        }
    }

    /** Some wave is attended to while the tier, which takes a moment for each read, is reading for the next. */
    @Test
    void wave_next_isFetchedWhileOneIsAttended() {
        float[][] want = want("psa-token:eps=0.9,wave=16");
        AtomicInteger reading = new AtomicInteger();
        AtomicInteger together = new AtomicInteger();
        ReserveListener listener = new ReserveListener() {
            @Override
            public void attended(int sequence, int layer, int entries, long start, long end) {
                together.addAndGet(reading.get() > 0 ? 1 : 0);
            }
        };
        try (Decoding decoding = new Decoding(1, Precision.FAST)
                        .reserve(
                                new ReserveOptions(0, Sharing.UNIFIED, "lru", 1, 0),
                                listener,
                                tier -> new Slow(tier, reading));
                Sequence sequence = decoding.sequence("psa-token:eps=0.9,wave=16")) {
            float[][] got = decoding.decode(sequence, Decoding.prompt(0), Decoding.forced(STEPS));

            assertThat(got).isDeepEqualTo(want);
            LayerCounters total = decoding.decoder.reservation().total();
            assertThat(together.get()).isPositive();
            assertThat(total.useful()).isPositive().isLessThanOrEqualTo(total.prefetched());
            assertThat(total.hiddenNanos()).isPositive();
        }
    }

    /** What a prefetch guesses is read by others before it is asked for; hits and misses stay what they are without. */
    @ParameterizedTest
    @EnumSource(Prefetch.class)
    void prefetch_anyKind_changesNeitherBitsNorHits(Prefetch prefetch) {
        float[][] want = want("dsa:k=40");
        LayerCounters plain = counters(Prefetch.NONE, want);
        LayerCounters total = counters(prefetch, want);

        assertThat(total.hits()).isEqualTo(plain.hits());
        assertThat(total.misses()).isEqualTo(plain.misses());
        assertThat(total.fetched()).isEqualTo(total.misses() + total.prefetched() - total.useful());
        if (prefetch == Prefetch.NONE) {
            assertThat(total.prefetched()).isZero();
        } else {
            assertThat(total.useful()).isPositive();
        }
    }

    private static LayerCounters counters(Prefetch prefetch, float[][] want) {
        ReserveOptions options = new ReserveOptions(200, Sharing.UNIFIED, "lru", 1, 0, prefetch);
        try (Decoding decoding = new Decoding(2, Precision.FAST)
                        .reserve(options, ReserveListener.NONE, tier -> new Slow(tier, new AtomicInteger()));
                Sequence sequence = decoding.sequence("dsa:k=40")) {
            assertThat(decoding.decode(sequence, Decoding.prompt(0), Decoding.forced(STEPS)))
                    .isDeepEqualTo(want);
            return decoding.decoder.reservation().total();
        }
    }

    /** Takes a moment for each read, as a disk does, and says how many are under way. */
    private record Slow(SlowTier tier, AtomicInteger reading) implements SlowTier {
        @Override
        public void read(int layer, int first, int count, MemorySegment to, long at) {
            boolean own = first >= Decoding.PROMPT && count == 1;
            if (!own) {
                reading.incrementAndGet();
                pause();
            }
            tier.read(layer, first, count, to, at);
            if (!own) {
                reading.decrementAndGet();
            }
        }

        private static void pause() {
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public int readers() {
            return 2;
        }
    }
}
