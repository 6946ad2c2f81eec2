package dev.tarn.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.attention.LayerTable;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.decode.MassCurves;
import dev.tarn.engine.decode.RecallMeter;
import dev.tarn.engine.decode.Sequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention specs with a real indexer: the embedded model. */
class TinySpaceTest {
    private static final Path TINY = Path.of(System.getProperty("tarn.home"), "models", "tiny");
    private static final int TOKENS = 300;
    private static ModelFile model;
    private static IndexerFile indexer;
    private static int[] ids;

    private final CpuBackend backend = new CpuBackend(GoldenTest.kernels("vector"), 2);

    @BeforeAll
    static void open() {
        Path path = TINY.resolve("tiny-reader-7m-q8_0.gguf");
        model = ModelFile.open(path);
        indexer = IndexerFile.open(IndexerFile.beside(path));
        ids = IntStream.range(0, TOKENS).map(i -> 300 + i * i * 31 % 997).toArray();
    }

    @AfterAll
    static void close() {
        indexer.close();
        model.close();
    }

    private float[] run(Decoder decoder, String spec, SelectionListener listener) {
        float[] logits = new float[decoder.architecture().vocabulary()];
        try (Sequence sequence = new Sequence(decoder, decoder.attention(AttentionSpecs.parse(spec), listener))) {
            sequence.prefill(ids, 0, _ -> {});
            sequence.readLogits(logits);
        }
        return logits;
    }

    @Test
    void within_allBlocks_isTheOneLevelRanking() {
        try (backend;
                Decoder decoder = new Decoder(model, backend, indexer)) {
            float[] one = run(decoder, "dsa:k=64", SelectionListener.NONE);
            assertThat(run(decoder, "dsa:k=64,within=quest:16:4096", SelectionListener.NONE))
                    .isEqualTo(one);
        }
    }

    /** Blocks of 24 do not divide the pages that index keys lie in. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dsa:k=48,within=mean:24:96,sink=2,recent=5",
                "psa-token:eps=0.7,wave=8,within=quest:16:64,sink=1,recent=3"
            })
    void within_someBlocks_onlyTheirTokensAreCandidates(String text) {
        AttentionSpec spec = AttentionSpecs.parse(text);
        int block = text.contains(":24:") ? 24 : 16;
        float[][] all = new float[TOKENS][];
        try (backend;
                Decoder decoder = new Decoder(model, backend, indexer)) {
            run(decoder, "dsa:k=1", (input, row, _, _, scores) -> {
                if (input.layer() == 0 && scores != null) {
                    all[input.position(row)] = Arrays.copyOf(scores, input.position(row) + 1);
                }
            });
            int[] heard = {0};
            run(decoder, text, (input, row, _, selection, scores) -> {
                if (scores == null) {
                    return;
                }
                int t = input.position(row);
                TreeSet<Integer> blocks = new TreeSet<>();
                int candidates = 0;
                for (int s = 0; s <= t; s++) {
                    if (scores[s] != Float.NEGATIVE_INFINITY) {
                        blocks.add(s / block);
                        candidates++;
                        if (input.layer() == 0) {
                            assertThat(scores[s]).isEqualTo(all[t][s]);
                        }
                    }
                }
                assertThat(blocks).contains(t / block).hasSize(Math.min(t / block + 1, 4));
                assertThat(candidates).isEqualTo((blocks.size() - 1) * block + t % block + 1);
                for (int i = 0; i < selection.count; i++) {
                    int s = selection.positions[i];
                    boolean kept =
                            s < spec.sink().orElse(0) || s > t - spec.recent().orElse(0);
                    assertThat(kept || blocks.contains(s / block)).isTrue();
                }
                long keys = (long) candidates * input.cache().shape().indexBytes();
                int vectors = block == 24 ? 1 : 2;
                long summaries = (long) (t / block)
                        * vectors
                        * Float.BYTES
                        * input.cache().shape().kvHeads()
                        * input.cache().shape().keyDim();
                assertThat(selection.indexBytes).isEqualTo(keys + summaries);
                heard[0]++;
            });
            assertThat(heard[0]).isGreaterThan(1000);
        }
    }

    @Test
    void probability_ofTheIndexer_takesWhatItsSoftmaxTimesTheUsualMassPutsAboveTau(@TempDir Path folder)
            throws Exception {
        Path file = folder.resolve("m.json");
        Files.writeString(file, LayerTable.toJson(List.of(), Collections.nCopies(8, 0.4)));
        double tau = 0.003;
        try (backend;
                Decoder decoder = new Decoder(model, backend, indexer)) {
            int[] heard = {0};
            run(
                    decoder,
                    "marginal:tau=" + tau + ",sink=2,recent=10,masses=" + file,
                    (input, row, _, selection, scores) -> {
                        if (scores == null) {
                            return;
                        }
                        int n = input.position(row) + 1;
                        double max = IntStream.range(2, n - 10)
                                .mapToDouble(s -> scores[s])
                                .max()
                                .orElse(0);
                        double sum = IntStream.range(2, n - 10)
                                .mapToDouble(s -> Math.exp(scores[s] - max))
                                .sum();
                        int[] want = IntStream.range(0, n)
                                .filter(s -> s < 2 || s >= n - 10 || 0.4 * Math.exp(scores[s] - max) / sum > tau)
                                .toArray();
                        assertThat(selection.count).isCloseTo(want.length, within(1));
                        heard[0] += Arrays.equals(Arrays.copyOf(selection.positions, selection.count), want) ? 1 : 0;
                    });
            // All but those where a probability is tau to within rounding.
            assertThat(heard[0]).isGreaterThan(2200);
        }
    }

    /** The indexer's file says them; a random one knows none. */
    @Test
    void probability_whereNobodySaysTheUsualMasses_isRefused() {
        AttentionSpec spec = AttentionSpecs.parse("marginal:tau=0.1");
        try (backend;
                Decoder decoder = new Decoder(model, backend, indexer);
                Decoder random = new Decoder(model, backend, new RandomIndexer(1))) {
            assertThat(decoder.attention(spec, SelectionListener.NONE)).isNotNull();
            assertThatThrownBy(() -> random.attention(spec, SelectionListener.NONE))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("usual_masses: give masses=FILE");
        }
    }

    @Test
    void massCurves_atTheBudgetOfTheRun_areItsRecall() {
        try (backend;
                Decoder decoder = new Decoder(model, backend, indexer)) {
            AttentionSpec spec = decoder.attention(AttentionSpecs.parse("dsa:k=96"), SelectionListener.NONE)
                    .spec();
            int layers = decoder.architecture().layers();
            MassCurves curves =
                    new MassCurves(backend, decoder.architecture().attention(), layers, spec, new int[] {80, 96}, 10);
            RecallMeter recall = new RecallMeter(backend, decoder.architecture().attention(), layers);
            double[] outside = new double[layers];
            run(decoder, "dsa:k=96", (input, row, group, selection, scores) -> {
                curves.selected(input, row, group, selection, scores);
                if (scores != null && input.position(row) % 10 == 9) {
                    recall.selected(input, row, group, selection, scores);
                    outside[input.layer()] += outside(
                            decoder,
                            input.position(row) + 1,
                            spec,
                            p -> backend.probabilities(
                                    decoder.architecture().attention(),
                                    input.cache(),
                                    input.layer(),
                                    input.queries(),
                                    row,
                                    p.head(),
                                    p.n(),
                                    p.out()));
                }
            });
            double[][] masses = curves.masses();
            for (int layer = 0; layer < layers; layer++) {
                assertThat(masses[layer][1]).isCloseTo(recall.recall(layer), within(1e-4));
                assertThat(masses[layer][0]).isLessThan(masses[layer][1]).isPositive();
                assertThat(curves.usualMasses()[layer]).isCloseTo(outside[layer] / 21, within(1e-4));
            }
        }
    }

    private record Asked(int head, int n, float[] out) {}

    /** Dense mass outside what is always kept, mean over heads. */
    private static double outside(Decoder decoder, int n, AttentionSpec spec, Consumer<Asked> probabilities) {
        int heads = decoder.architecture().attention().heads();
        double mass = 0;
        for (int head = 0; head < heads; head++) {
            float[] out = new float[n];
            probabilities.accept(new Asked(head, n, out));
            for (int s = spec.sink().orElseThrow(); s < n - spec.recent().orElseThrow(); s++) {
                mass += out[s] / heads;
            }
        }
        return mass;
    }

    /** What a spec selects in prefill it also selects token by token, whatever it is made of. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "psa:eps=0.9", "psa:rank=quest,eps=0.9,share=layer,reuse=2", "psa-token:eps=0.9",
                        "marginal:mu=0.002,wave=16",
                "quest:k=64", "arkvale:k=64,dense=1", "dsa:k=64,pattern=FSSF", "rank=lightning,unit=block:8,k=64"
            })
    void selections_oneByOne_areThoseOfTheBatchNearlyAlways(String spec) {
        int from = 250;
        Selection[][] batch = new Selection[8 * 64][TOKENS];
        int[] counts = new int[3];
        try (backend;
                Decoder decoder = new Decoder(model, backend, indexer)) {
            run(
                    decoder,
                    spec,
                    (input, row, group, selection, _) ->
                            batch[input.layer() * 64 + group + 1][input.position(row)] = copy(selection));
            SelectionListener compare = (input, row, group, selection, _) -> {
                Selection want = batch[input.layer() * 64 + group + 1][input.position(row)];
                if (input.position(row) >= from) {
                    counts[0]++;
                    counts[1] += shared(want, selection);
                    counts[2] += Math.max(want.count, selection.count);
                }
            };
            try (Sequence sequence = new Sequence(decoder, decoder.attention(AttentionSpecs.parse(spec), compare))) {
                sequence.prefill(Arrays.copyOf(ids, from), 0, _ -> {});
                for (int t = from; t < TOKENS; t++) {
                    sequence.decode(ids[t]);
                }
            }
        }
        assertThat(counts[0]).isGreaterThanOrEqualTo(8 * (TOKENS - from));
        // Activations differ in the last bits between the two, so near ties fall either way.
        assertThat((double) counts[1] / counts[2]).isGreaterThan(0.97);
    }

    private static Selection copy(Selection selection) {
        Selection copy = new Selection();
        copy.positions = Arrays.copyOf(selection.positions, selection.count);
        copy.count = selection.count;
        return copy;
    }

    private static int shared(Selection a, Selection b) {
        int[] of = Arrays.copyOf(a.positions, a.count);
        return (int) Arrays.stream(b.positions, 0, b.count)
                .filter(s -> Arrays.binarySearch(of, s) >= 0)
                .count();
    }
}
