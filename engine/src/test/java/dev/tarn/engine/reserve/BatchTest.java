package dev.tarn.engine.reserve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.decode.Batch;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.kv.SlowTier;
import dev.tarn.policy.Policies;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sequences that decode together give what each gives alone, and what one reads arrives while another attends. */
class BatchTest {
    private static final int STEPS = 6;
    private static final int LAYERS = 8;
    private static final Map<String, float[][]> WANT = new HashMap<>();

    @TempDir
    private Path folder;

    private static int[] tokens(int sequence) {
        return IntStream.of(Decoding.forced(STEPS)).map(id -> id + sequence).toArray();
    }

    /** What a sequence gives alone and without a reservation. */
    private static float[][] want(String spec, Precision precision, int sequence) {
        return WANT.computeIfAbsent(spec + precision + sequence, _ -> {
            try (Decoding decoding = new Decoding(2, precision);
                    Sequence alone = decoding.sequence(spec)) {
                return decoding.decode(alone, Decoding.prompt(sequence), tokens(sequence));
            }
        });
    }

    private static float[] logits(Decoding decoding, Sequence sequence) {
        float[] logits = new float[decoding.decoder.architecture().vocabulary()];
        sequence.readLogits(logits);
        return logits;
    }

    /** Sequences of different attentions; the last joins after a step and the first leaves before the last step. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void sequences_thatDecodeTogether_giveWhatEachGivesAlone(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int count = 2 + random.nextInt(4);
        Precision precision = random.nextInt(3) == 0 ? Precision.EXACT : Precision.FAST;
        List<String> specs = random.ints(count, 0, ReservationTest.SPECS.size())
                .mapToObj(ReservationTest.SPECS::get)
                .toList();
        String policy = List.copyOf(Policies.names())
                .get(random.nextInt(Policies.names().size()));
        ReserveOptions options = new ReserveOptions(
                random.nextInt(1500),
                Sharing.values()[random.nextInt(3)],
                policy,
                count,
                seed,
                Prefetch.values()[random.nextInt(4)]);
        try (Decoding decoding =
                new Decoding(1 + random.nextInt(3), precision).inFiles(random.nextInt(4) == 0 ? null : folder)) {
            if (random.nextInt(3) > 0) {
                decoding.reserve(options);
            }
            List<Sequence> sequences = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sequences.add(decoding.sequence(specs.get(i)));
                sequences.get(i).prefill(Decoding.prompt(i), Decoding.PROMPT, _ -> {});
            }
            Batch batch = new Batch(decoding.decoder);
            int[] done = new int[count];
            for (int step = 0; step <= STEPS; step++) {
                int from = step == STEPS ? count - 1 : 0;
                List<Sequence> turn = sequences.subList(from, step == 0 ? count - 1 : count);
                batch.decode(turn, next(from, turn.size(), done));
                for (int i = 0; i < turn.size(); i++) {
                    assertThat(logits(decoding, turn.get(i)))
                            .as("%s of %s, %s, step %d", specs.get(from + i), specs, options, done[from + i])
                            .isEqualTo(want(specs.get(from + i), precision, from + i)[done[from + i]++]);
                }
            }
            sequences.forEach(Sequence::close);
        }
        assertThat(folder).isEmptyDirectory();
    }

    private static int[] next(int from, int count, int[] done) {
        return IntStream.range(from, from + count).map(i -> tokens(i)[done[i]]).toArray();
    }

    /** The turns of a step in their order: layer by layer, the sequences one after the other. */
    private static final class Turns {
        private final int sequences;
        private final boolean[] begun;
        private int gaveUp;
        private int held;

        Turns(int sequences) {
            this.sequences = sequences;
            this.begun = new boolean[LAYERS * sequences];
        }

        /** Lets a read of one turn return only once one of the next turn has begun, or after a while. */
        synchronized void await(int layer, int sequence) {
            int turn = layer * sequences + sequence;
            begun[turn] = true;
            notifyAll();
            if (turn + 1 == begun.length || gaveUp > 0) {
                return;
            }
            held++;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!begun[turn + 1] && System.nanoTime() < end) {
                try {
                    wait(100);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            gaveUp += begun[turn + 1] ? 0 : 1;
        }
    }

    private record Held(SlowTier tier, Turns turns, int sequence, int readers) implements SlowTier {
        @Override
        public void read(int layer, int first, int count, MemorySegment to, long at) {
            if (first < Decoding.PROMPT) {
                turns.await(layer, sequence);
            }
            tier.read(layer, first, count, to, at);
        }
    }

    /**
     * Nothing here is timed: every read of a turn is held until reading for the next turn has begun, the next layer's first turn after a
     * layer's last, so that without overlap no read would return.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "dsa:k=20 2",
                "dsa:k=20 3",
                "dsa:k=20 4",
                "quest:k=32 2",
                "psa:eps=0.8 2",
                "dense 2",
                "dsa:k=9,reuse=3 2"
            })
    void entriesOfASequence_areFetched_whileAnotherAttends(String spec, int count) {
        Turns turns = new Turns(count);
        int[] joined = {0};
        try (Decoding decoding = new Decoding(2, Precision.FAST)
                .reserve(
                        new ReserveOptions(0, Sharing.UNIFIED, "lru", count, 0),
                        ReserveListener.NONE,
                        tier -> new Held(tier, turns, joined[0]++, 2))) {
            List<Sequence> sequences = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sequences.add(decoding.sequence(spec));
                sequences.get(i).prefill(Decoding.prompt(i), Decoding.PROMPT, _ -> {});
            }
            new Batch(decoding.decoder)
                    .decode(
                            sequences,
                            IntStream.range(0, count).map(i -> tokens(i)[0]).toArray());

            assertThat(turns.held).isGreaterThanOrEqualTo(LAYERS * count - 1);
            assertThat(turns.gaveUp).isZero();
            LayerCounters total = decoding.decoder.reservation().total();
            assertThat(total.useful()).isPositive();
            assertThat(total.fetched()).isEqualTo(total.misses() + total.prefetched() - total.useful());
            if (!spec.startsWith("psa")) { // whose later waves are only guessed
                assertThat(total.useful()).isEqualTo(total.prefetched());
            }
            for (int i = 0; i < count; i++) {
                assertThat(logits(decoding, sequences.get(i))).isEqualTo(want(spec, Precision.FAST, i)[0]);
            }
            sequences.forEach(Sequence::close);
        }
    }

    /** Fails in a layer, from when it is told to. */
    private static final class Failing implements SlowTier {
        private final SlowTier tier;
        private volatile int from = Integer.MAX_VALUE;

        Failing(SlowTier tier) {
            this.tier = tier;
        }

        @Override
        public void read(int layer, int first, int count, MemorySegment to, long at) {
            if (layer >= from) {
                throw new EngineException("the disk is gone; find it");
            }
            tier.read(layer, first, count, to, at);
        }

        @Override
        public int readers() {
            return tier.readers();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0, true", "1, 3, true", "2, 7, true", "1, 7, false", "0, 5, false"})
    void sequence_whoseTierFails_leavesTheOthersRightAndCanGoOn(int broken, int layer, boolean inFile) {
        String spec = "dsa:k=20";
        List<Failing> tiers = new ArrayList<>();
        try (Decoding decoding = new Decoding(2, Precision.FAST)
                .inFiles(inFile ? folder : null)
                .reserve(new ReserveOptions(500, Sharing.UNIFIED, "arc", 3, 1), ReserveListener.NONE, tier -> {
                    tiers.add(new Failing(tier));
                    return tiers.getLast();
                })) {
            List<Sequence> sequences = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                sequences.add(decoding.sequence(spec));
                sequences.get(i).prefill(Decoding.prompt(i), Decoding.PROMPT, _ -> {});
            }
            Batch batch = new Batch(decoding.decoder);
            int[] done = new int[3];
            for (int step = 0; step < STEPS - 1; step++) {
                if (step > 0) {
                    tiers.get(broken).from = step == 2 ? layer : Integer.MAX_VALUE;
                }
                batch.decode(sequences, next(0, 3, done));
                for (int i = 0; i < 3; i++) {
                    Sequence sequence = sequences.get(i);
                    if (step == 2 && i == broken) {
                        assertThatThrownBy(() -> logits(decoding, sequence))
                                .isInstanceOf(EngineException.class)
                                .hasMessage("the disk is gone; find it");
                        assertThat(sequence.length()).isEqualTo(Decoding.PROMPT + step);
                    } else {
                        assertThat(logits(decoding, sequence)).isEqualTo(want(spec, Precision.FAST, i)[done[i]++]);
                    }
                }
            }
            sequences.forEach(Sequence::close);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void token_thatDoesNotFit_runsNone() {
        try (Decoding decoding = new Decoding(1, Precision.FAST);
                Sequence one = decoding.sequence("dense");
                Sequence two = decoding.sequence("dense")) {
            one.prefill(Decoding.prompt(0), Decoding.PROMPT, _ -> {});
            two.prefill(Decoding.prompt(1), Decoding.PROMPT, _ -> {});
            Batch batch = new Batch(decoding.decoder);

            assertThatThrownBy(() -> batch.decode(List.of(one, two), new int[] {300, -1}))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("token id -1");
            assertThatThrownBy(() -> batch.decode(List.of(one, one), new int[] {300, 300}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("share");
            assertThat(one.length()).isEqualTo(Decoding.PROMPT);
            assertThat(logits(decoding, two)).doesNotContain(Float.NaN); // still those of the prompt's last token
        }
    }
}
