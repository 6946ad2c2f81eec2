package dev.tarn.engine.reserve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.policy.Policies;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Placement never changes results. */
class ReservationTest {
    private static final int STEPS = 10;
    static final List<String> SPECS = List.of(
            "dsa:k=16",
            "dsa:k=100,reuse=2",
            "dsa:k=155",
            "dense",
            "window:k=40",
            "quest:k=48",
            "psa:eps=0.8,wave=2",
            "psa-token:eps=0.9,wave=16",
            "marginal:mu=0.001,wave=8",
            "oracle:k=24",
            "random:k=30,dense=2");
    private static final List<String> POLICIES = Stream.concat(
                    Policies.names().stream(), Stream.of("quota:score-priority", "page-lru:5", "s3-fifo:small=0.5"))
            .toList();

    /** What decoding gives without a reservation, by spec and precision. */
    private static final Map<String, float[][]> WANT = new HashMap<>();

    @TempDir
    private Path folder;

    private static float[][] want(String spec, Precision precision) {
        return WANT.computeIfAbsent(spec + precision, _ -> {
            try (Decoding decoding = new Decoding(2, precision);
                    Sequence sequence = decoding.sequence(spec)) {
                return decoding.decode(sequence, Decoding.prompt(0), Decoding.forced(STEPS));
            }
        });
    }

    static Stream<Arguments> settings() {
        return POLICIES.stream()
                .flatMap(policy -> Stream.of(Sharing.values())
                        .flatMap(sharing -> Stream.of(1L, 2L).map(seed -> Arguments.of(policy, sharing, seed))));
    }

    /** Odd seeds keep entries in memory, even ones in a file; specs, sizes, threads, precision and prefetch are drawn. */
    @ParameterizedTest
    @MethodSource("settings")
    void decoding_withAnyReservation_givesTheSameBits(String policy, Sharing sharing, long seed) {
        SplittableRandom random = new SplittableRandom(31 * seed + 7 * policy.hashCode() + sharing.ordinal());
        String spec = SPECS.get(random.nextInt(SPECS.size()));
        Precision precision = random.nextInt(3) == 0 ? Precision.EXACT : Precision.FAST;
        int entries = random.nextInt(4) == 0 ? random.nextInt(20) : random.nextInt(1500);
        int threads = 1 + random.nextInt(3);
        Prefetch prefetch = Prefetch.values()[random.nextInt(Prefetch.values().length)];
        ReserveOptions options = new ReserveOptions(entries, sharing, policy, 1 + random.nextInt(3), seed, prefetch);
        try (Decoding decoding = new Decoding(threads, precision)
                        .inFiles(seed % 2 == 0 ? folder : null)
                        .reserve(options);
                Sequence sequence = decoding.sequence(spec)) {
            float[][] got = decoding.decode(sequence, Decoding.prompt(0), Decoding.forced(STEPS));

            assertThat(got).as("%s, %s, %d threads", spec, options, threads).isDeepEqualTo(want(spec, precision));
            LayerCounters total = decoding.decoder.reservation().total();
            assertThat(total.misses()).isPositive();
            assertThat(total.useful()).isLessThanOrEqualTo(total.prefetched());
        }
        assertThat(folder).isEmptyDirectory();
    }

    static Stream<String> policies() {
        return POLICIES.stream();
    }

    /** Two sequences in turn, of which one is then truncated, told more at once, and goes on. */
    @ParameterizedTest
    @MethodSource("policies")
    void sequences_thatShareSlots_doNotDisturbEachOther(String policy) {
        int seed = POLICIES.indexOf(policy);
        String spec = seed % 2 == 1 ? "dsa:k=20" : "quest:k=32";
        Sharing sharing = Sharing.values()[seed % 3];
        ReserveOptions options = new ReserveOptions(1400, sharing, policy, 2, seed, Prefetch.values()[seed % 4]);
        float[][] want = WANT.computeIfAbsent("in turn " + spec, _ -> {
            try (Decoding decoding = new Decoding(2, Precision.FAST)) {
                return inTurn(decoding, spec);
            }
        });
        try (Decoding decoding = new Decoding(2, Precision.FAST)
                .inFiles(seed % 4 < 2 ? folder : null)
                .reserve(options)) {
            assertThat(inTurn(decoding, spec)).isDeepEqualTo(want);
            assertThat(decoding.decoder.reservation().total().hits()).isPositive();
        }
    }

    private static float[][] inTurn(Decoding decoding, String spec) {
        int[] tokens = Decoding.forced(STEPS);
        float[][] logits = new float[2 * STEPS + 6][];
        int count = 0;
        try (Sequence one = decoding.sequence(spec);
                Sequence two = decoding.sequence(spec)) {
            one.prefill(Decoding.prompt(1), Decoding.PROMPT, _ -> {});
            two.prefill(Decoding.prompt(2), Decoding.PROMPT, _ -> {});
            for (int i = 0; i < STEPS; i++) {
                logits[count++] = decoding.step(one, tokens[i]);
                logits[count++] = decoding.step(two, tokens[i] + 1);
            }
            one.truncate(Decoding.PROMPT - 9);
            one.prefill(new int[] {400, 500, 600, 700, 800}, Decoding.PROMPT, _ -> {});
            for (int i = 0; i < 6; i++) {
                logits[count++] = decoding.step(one, tokens[i] + 2);
            }
        }
        return logits;
    }

    @Test
    void sequence_closed_givesItsPlaceAndItsSlotsToTheNext() {
        try (Decoding decoding =
                new Decoding(1, Precision.FAST).reserve(new ReserveOptions(4000, Sharing.UNIFIED, "lru", 1, 0))) {
            Sequence one = decoding.sequence("dsa:k=16");
            decoding.decode(one, Decoding.prompt(1), Decoding.forced(4));
            long after = decoding.decoder.reservation().total().misses();
            try (Sequence two = decoding.sequence("dsa:k=16")) {
                two.prefill(Decoding.prompt(1), Decoding.PROMPT, _ -> {});
                assertThatThrownBy(() -> two.decode(300))
                        .isInstanceOf(EngineException.class)
                        .hasMessageContaining("serves 1 sequences at a time");
                one.close();
                decoding.step(two, 300);
            }
            assertThat(decoding.decoder.reservation().total().misses()).isGreaterThan(after);
            assertThat(decoding.decoder.reservation().total().evictions()).isZero();
        }
    }
}
