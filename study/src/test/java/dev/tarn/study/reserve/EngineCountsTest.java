package dev.tarn.study.reserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.decode.Batch;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.decode.TraceHeader;
import dev.tarn.engine.decode.TraceRecorder;
import dev.tarn.engine.kv.SlowTier;
import dev.tarn.engine.reserve.LayerCounters;
import dev.tarn.engine.reserve.ReserveListener;
import dev.tarn.engine.reserve.ReserveOptions;
import dev.tarn.engine.reserve.Sharing;
import dev.tarn.policy.Policies;
import dev.tarn.sim.access.AccessTrace;
import dev.tarn.sim.access.Granularity;
import dev.tarn.sim.access.TraceLoader;
import dev.tarn.sim.replay.Capacity;
import dev.tarn.sim.replay.SimulationConfig;
import dev.tarn.sim.replay.SimulationResult;
import dev.tarn.sim.replay.Simulator;
import dev.tarn.study.Tiny;
import dev.tarn.trace.TraceReader;
import dev.tarn.trace.TraceWriter;
import dev.tarn.trace.Traces;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the engine counts on a recorded run is what the simulator counts when it replays the record, to the last miss. */
class EngineCountsTest {
    private static final int CONTEXT = 100;
    private static final int STEPS = 24;
    /** k inside the run: dense steps first, then sparse ones; waves; groups of heads with selections of their own; shared layers. */
    private static final List<String> SPECS = List.of(
            "dsa:k=24",
            "dsa:k=110",
            "quest:k=48",
            "psa:eps=0.7,wave=2",
            "dsa:k=20,reuse=3",
            "dense",
            "psa-token:eps=0.6,wave=8");

    private static Tiny tiny;
    private static int[] text;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        tiny = new Tiny(2);
        text = tiny.tokenizer().encodeWithBos(Tiny.books().getFirst().content(), false);
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    static Stream<Arguments> settings() {
        return Stream.concat(Policies.names().stream(), Stream.of("page-lru:6", "quota:score-priority", "quota:random"))
                .flatMap(policy -> Stream.of(Sharing.values()).map(sharing -> Arguments.of(policy, sharing)));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void hitsAndMisses_ofARecordedRun_areThoseOfItsReplay(String policy, Sharing sharing) {
        SplittableRandom random = new SplittableRandom(policy.hashCode() * 31L + sharing.ordinal());
        for (int requests = 1; requests <= 2; requests++) {
            String spec = SPECS.get(random.nextInt(SPECS.size()));
            int entries = 1 + random.nextInt(requests * 1200);
            long seed = random.nextInt(100);
            ReserveOptions options = new ReserveOptions(entries, sharing, policy, requests, seed);
            boolean ahead = random.nextBoolean();
            UnaryOperator<SlowTier> tiers = ahead ? ReadAhead::new : UnaryOperator.identity();
            tiny.decoder.reserve(options, ReserveListener.NONE, tiers);
            Path file = folder.resolve(requests + ".parquet");
            boolean together = random.nextBoolean();
            record(spec, requests, together, file);
            LayerCounters counted = tiny.decoder.reservation().total();

            SimulationResult want = replay(file, options);

            assertThat(List.of(counted.hits(), counted.misses()))
                    .as("%s, %s, %d requests%s", spec, options, requests, together ? " together" : "")
                    .isEqualTo(List.of(want.hits(), want.misses()));
            assertThat(counted.hits() + counted.misses())
                    .isEqualTo(want.accesses())
                    .isPositive();
            if (Policies.page(policy).isEmpty()) {
                long needless = counted.prefetched() - counted.useful(); // of waves that were not taken
                assertThat(counted.fetched() - needless).isEqualTo(want.fetched());
            }
        }
    }

    /** Worth reading beside the threads that compute, as a file is. */
    private record ReadAhead(SlowTier tier) implements SlowTier {
        @Override
        public void read(int layer, int first, int count, MemorySegment to, long at) {
            tier.read(layer, first, count, to, at);
        }

        @Override
        public int readers() {
            return 2;
        }
    }

    /**
     * Decodes the text with as many sequences, the second from further on.
     *
     * @param together whether they take their steps layer by layer, or step by step in turn
     */
    private void record(String spec, int requests, boolean together, Path file) {
        AttentionSpec attention = AttentionSpecs.parse(spec);
        try (TraceWriter writer =
                Traces.create(file, TraceHeader.of(tiny.model, tiny.decoder, attention, text, "1", Map.of()), true)) {
            List<Sequence> sequences = new ArrayList<>();
            for (int request = 0; request < requests; request++) {
                TraceRecorder recorder = new TraceRecorder(writer, true);
                recorder.begin(request, CONTEXT);
                sequences.add(new Sequence(tiny.decoder, tiny.decoder.attention(attention, recorder)));
                sequences.get(request).prefill(from(1000 * request, CONTEXT), CONTEXT, _ -> {});
            }
            Batch batch = new Batch(tiny.decoder);
            for (int step = 0; step < STEPS; step++) {
                int[] tokens = new int[requests];
                for (int request = 0; request < requests; request++) {
                    tokens[request] = text[1000 * request + CONTEXT + step];
                    if (!together) {
                        sequences.get(request).decode(tokens[request]);
                    }
                }
                if (together) {
                    batch.decode(sequences, tokens);
                }
            }
            sequences.forEach(Sequence::close);
        }
    }

    private static int[] from(int first, int count) {
        return IntStream.range(first, first + count).map(i -> text[i]).toArray();
    }

    private static SimulationResult replay(Path file, ReserveOptions options) {
        AccessTrace trace;
        try (TraceReader reader = Traces.open(file)) {
            trace = TraceLoader.load(reader, true);
        }
        SimulationConfig config = new SimulationConfig(
                List.of(options.policy()),
                List.of(Capacity.ofEntries(options.entries())),
                List.of(Granularity.TOKEN),
                List.of(dev.tarn.sim.access.Sharing.parse(options.sharing().toString())),
                options.seed());
        return Simulator.run(trace, config).results().getFirst();
    }
}
