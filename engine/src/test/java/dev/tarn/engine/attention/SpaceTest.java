package dev.tarn.engine.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.attention.SpaceFixture.Data;
import dev.tarn.engine.attention.SpaceFixture.Heard;
import dev.tarn.engine.kv.KvCache;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rankings, units, budgets and reuse against direct formulas. */
class SpaceTest {
    private static final int DIM = SpaceFixture.DIM;

    /** A block's score by its formula, in double precision. */
    private static double blockScore(SpaceFixture f, String rank, int layer, int t, int kvHead, int from, int to) {
        double total = 0;
        for (int d = 0; d < DIM; d++) {
            double q = 0;
            for (int head = 3 * kvHead; head < 3 * kvHead + 3; head++) {
                q += f.queries[(t * 6 + head) * DIM + d];
            }
            double min = Double.POSITIVE_INFINITY;
            double max = Double.NEGATIVE_INFINITY;
            double mean = 0;
            for (int s = from; s < to; s++) {
                double k = f.keys[layer][(s * 2 + kvHead) * DIM + d];
                min = Math.min(min, k);
                max = Math.max(max, k);
                mean += k / (to - from);
            }
            double c = (max + min) / 2;
            double r = 0;
            for (int s = from; s < to; s++) {
                r += Math.abs(f.keys[layer][(s * 2 + kvHead) * DIM + d] - c) / (to - from);
            }
            total += switch (rank) {
                case "quest" -> Math.max(q * min, q * max);
                case "cuboid-mean" -> Math.max(q * (c - r), q * (c + r));
                default -> q * mean;
            };
        }
        return total;
    }

    @ParameterizedTest(name = "{0}, blocks of {1}, share {2}")
    @CsvSource({
        "quest, 16, head",
        "quest, 3, layer",
        "cuboid-mean, 32, head",
        "cuboid-mean, 8, layer",
        "mean, 16, head",
        "mean, 5, layer"
    })
    void score_blockRankings_areTheirFormulas(String rank, int block, String share) {
        try (SpaceFixture f = new SpaceFixture(11, 260, Data.NORMAL, 2)) {
            String spec = "rank=" + rank + ",unit=block:" + block + ",k=" + 2 * block + ",share=" + share;
            f.attend(spec, 3, 200, 60);
            assertThat(f.heard).hasSize(share.equals("head") ? 120 : 60);
            for (Heard h : f.heard) {
                int complete = h.position() / block;
                for (int b = 0; b < complete; b++) {
                    double want = 0;
                    for (int kvHead = 0; kvHead < 2; kvHead++) {
                        want += h.group() < 0 || h.group() == kvHead
                                ? blockScore(f, rank, 3, h.position(), kvHead, b * block, (b + 1) * block)
                                : 0;
                    }
                    assertThat((double) h.scores()[b]).isCloseTo(want, within(1e-4));
                }
                int best = IntStream.range(0, complete)
                        .boxed()
                        .max((x, y) ->
                                h.scores()[x] == h.scores()[y] ? y - x : Float.compare(h.scores()[x], h.scores()[y]))
                        .orElseThrow();
                assertThat(h.positions())
                        .isEqualTo(IntStream.concat(
                                        IntStream.range(best * block, (best + 1) * block),
                                        IntStream.rangeClosed(complete * block, h.position()))
                                .toArray());
                long bytes = (long) complete * DIM * Float.BYTES * (rank.equals("mean") ? 1 : 2);
                assertThat(h.indexBytes()).isEqualTo(h.group() < 0 ? 2 * bytes : bytes);
            }
        }
    }

    @Test
    void score_oracleBlocks_sumTheProbabilitiesOfTheirTokens() {
        try (SpaceFixture f = new SpaceFixture(12, 100, Data.NORMAL, 2)) {
            f.attend("oracle:k=20,block=10,share=head", 0, 96, 1);
            for (Heard h : f.heard) {
                for (int b = 0; b < 10; b++) {
                    double want = 0;
                    for (int head = 3 * h.group(); head < 3 * h.group() + 3; head++) {
                        double[] e = f.exponentials(0, 96, head);
                        want += Arrays.stream(e, b * 10, Math.min(97, b * 10 + 10))
                                        .sum()
                                / Arrays.stream(e).sum();
                    }
                    assertThat((double) h.scores()[b]).isCloseTo(want, within(1e-5));
                }
            }
        }
    }

    /** Budgets are positions: k buys floor(k / b) blocks and at least one, the newest first, then those of sinks and window. */
    @ParameterizedTest(name = "k {0}, sink {1}, recent {2}")
    @CsvSource({"5, 0, 0", "16, 4, 20", "32, 9, 0", "40, 4, 20", "48, 20, 20", "80, 17, 40", "100, 0, 1"})
    void select_blocks_keepTheNewestThenSinksThenTheWindow(int k, int sink, int recent) {
        int block = 16;
        try (SpaceFixture f = new SpaceFixture(13, 300, Data.NORMAL, 1)) {
            for (int t : new int[] {150, 159, 160, 299}) {
                f.attend("quest:k=" + k + ",sink=" + sink + ",recent=" + recent, 0, t, 1);
                for (Heard h : f.heard) {
                    int units = (t + block) / block;
                    int budget = Math.max(1, k / block);
                    List<Integer> order = new ArrayList<>(List.of(units - 1));
                    IntStream.range(0, sink).map(s -> s / block).forEach(order::add);
                    IntStream.range(0, recent).map(i -> (t - i) / block).forEach(order::add);
                    IntStream.range(0, units)
                            .boxed()
                            .sorted((x, y) -> h.scores()[x] == h.scores()[y]
                                    ? x - y
                                    : Float.compare(h.scores()[y], h.scores()[x]))
                            .forEach(order::add);
                    TreeSet<Integer> taken = new TreeSet<>();
                    for (int unit : order) {
                        if (taken.size() < budget) {
                            taken.add(unit);
                        }
                    }
                    assertThat(Arrays.stream(h.positions())
                                    .map(s -> s / block)
                                    .distinct()
                                    .boxed())
                            .containsExactlyElementsOf(taken);
                    assertThat(h.positions()).hasSize((taken.size() - 1) * block + t % block + 1);
                }
            }
        }
    }

    /** Every row alone, all rows at once, on one thread or several: the same selections and the same bits. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "oracle:k=20",
                "random:k=9,share=head",
                "quest:k=48",
                "psa:eps=0.6,wave=2",
                "psa:rank=quest,eps=0.8,share=layer",
                "oracle:mu=0.004,wave=8",
                "oracle:tau=0.02",
                "rank=recency,unit=block:4,k=32,sink=4"
            })
    void attend_anyThreadsAndBatches_giveTheSameBits(String spec) {
        List<float[]> outputs = new ArrayList<>();
        List<List<String>> selections = new ArrayList<>();
        for (int threads : new int[] {1, 3}) {
            for (int batch : new int[] {1, 40, 200}) {
                try (SpaceFixture f = new SpaceFixture(21, 250, Data.NORMAL, threads)) {
                    Attention attention = f.attention(spec, List.of());
                    float[] out = new float[184 * 6 * DIM];
                    for (int first = 66; first < 250; first += batch) {
                        int rows = Math.min(batch, 250 - first);
                        float[] part = f.attend(attention, 1, first, rows);
                        System.arraycopy(part, 0, out, (first - 66) * 6 * DIM, part.length);
                    }
                    outputs.add(out);
                    selections.add(f.heard.stream()
                            .map(h -> h.position() + "/" + h.group() + "/" + h.waves() + "/" + h.mass() + "/"
                                    + h.indexBytes() + Arrays.toString(h.positions()))
                            .toList());
                }
            }
        }
        assertThat(selections).allMatch(selections.getFirst()::equals);
        assertThat(outputs).allMatch(out -> Arrays.equals(out, outputs.getFirst()));
    }

    @ParameterizedTest
    @CsvSource({"reuse=2, 0 0 2 2 4", "reuse=3, 0 0 0 3 3", "pattern=FSSF, 0 0 0 3 4", "pattern=FFS, 0 1 1 3 4"})
    void reuse_sharedLayers_useTheLastFullLayersSelection(String option, String sources) {
        try (SpaceFixture f = new SpaceFixture(31, 120, Data.NORMAL, 2)) {
            for (String spec : List.of("psa:eps=0.5,wave=2," + option, "oracle:k=12," + option)) {
                f.heard.clear();
                Attention attention = f.attention(spec, List.of());
                List<float[]> outputs = new ArrayList<>();
                for (int layer = 0; layer < 5; layer++) {
                    outputs.add(f.attend(attention, layer, 60, 60));
                }
                int each = f.heard.size() / 5;
                for (int layer = 0; layer < 5; layer++) {
                    int source = Integer.parseInt(sources.split(" ")[layer]);
                    for (int i = 0; i < each; i++) {
                        Heard used = f.heard.get(layer * each + i);
                        Heard made = f.heard.get(source * each + i);
                        assertThat(used.layer()).isEqualTo(layer);
                        assertThat(used.positions()).isEqualTo(made.positions());
                        assertThat(used.scores() == null).isEqualTo(layer != source);
                        if (layer != source) {
                            assertThat(used.waves()).isEqualTo(1);
                            assertThat(used.mass()).isNaN();
                            assertThat(used.indexBytes()).isZero();
                        }
                        int head = Math.max(0, 3 * used.group());
                        double[] want = f.attention(layer, used.position(), head, used.positions());
                        float got = outputs.get(layer)[((used.position() - 60) * 6 + head) * DIM];
                        assertThat((double) got).isCloseTo(want[0], within(1e-4));
                    }
                }
            }
        }
    }

    /** Layers 1 and 3 slide, layer 0 is dense: of the others every second one ranks. */
    @Test
    void reuse_betweenSlidingAndDenseLayers_countsOnlyLayersThatSelect() {
        LayerScope sliding = new LayerScope(9, false);
        List<LayerScope> scopes = List.of(LayerScope.GLOBAL, sliding, LayerScope.GLOBAL, sliding, LayerScope.GLOBAL);
        try (SpaceFixture f = new SpaceFixture(32, 80, Data.NORMAL, 2)) {
            Attention attention = f.attention("oracle:k=7,dense=1,reuse=2", scopes);
            for (int layer = 0; layer < 5; layer++) {
                f.attend(attention, layer, 70, 1);
            }
            assertThat(f.heard).extracting(Heard::layer).containsExactly(0, 2, 4);
            assertThat(f.heard.get(0).positions()).hasSize(71);
            assertThat(f.heard.get(1).positions()).hasSize(7);
            assertThat(f.heard.get(2).positions()).isEqualTo(f.heard.get(1).positions());
            assertThat(f.heard.get(2).scores()).isNull();
        }
    }

    @Test
    void budgets_ofAFile_areTheLayersOwn(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("b.json");
        Files.writeString(file, LayerTable.toJson(List.of(3, 30, 8, 500, 1), List.of()));
        try (SpaceFixture f = new SpaceFixture(41, 100, Data.NORMAL, 2)) {
            Attention attention = f.attention("oracle:budgets=" + file, List.of());
            for (int layer = 0; layer < 5; layer++) {
                f.attend(attention, layer, 20, 80);
            }
            for (Heard h : f.heard) {
                int k = new int[] {3, 30, 8, 500, 1}[h.layer()];
                assertThat(h.positions()).hasSize(Math.min(k, h.position() + 1));
            }
            assertThatThrownBy(
                            () -> f.attention("oracle:budgets=" + file, List.of(LayerScope.GLOBAL, LayerScope.GLOBAL)))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("its file lists 5 layers, but the model has 2");
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0001, 0.01, 0.05, 0.6})
    void probability_ofTheOracle_takesWhatExceedsTau(double tau) {
        try (SpaceFixture f = new SpaceFixture(42, 120, Data.NORMAL, 2)) {
            f.attend("oracle:tau=" + tau + ",sink=1,recent=3", 2, 119, 1);
            double[] mean = new double[120];
            for (int head = 0; head < 6; head++) {
                double[] e = f.exponentials(2, 119, head);
                double sum = Arrays.stream(e).sum();
                for (int s = 0; s < 120; s++) {
                    mean[s] += e[s] / sum / 6;
                }
            }
            int[] want = IntStream.range(0, 120)
                    .filter(s -> s < 1 || s > 116 || mean[s] > tau)
                    .toArray();
            assertThat(f.heard.getFirst().positions()).isEqualTo(want);
        }
    }

    @Test
    void probability_nothingExceedsTauAndNothingIsKept_takesTheBest() {
        try (SpaceFixture f = new SpaceFixture(43, 120, Data.NORMAL, 1)) {
            f.attend("oracle:tau=0.99", 2, 119, 1);
            Heard h = f.heard.getFirst();
            assertThat(h.positions()).hasSize(1);
            for (float score : h.scores()) {
                assertThat(score).isLessThanOrEqualTo(h.scores()[h.positions()[0]]);
            }
        }
    }

    @Test
    void summaries_madeByOneSequence_serveItsForks() {
        try (SpaceFixture f = new SpaceFixture(44, 120, Data.NORMAL, 1)) {
            f.attend("quest:k=32,block=8", 0, 60, 60);
            List<Heard> first = List.copyOf(f.heard);
            try (KvCache fork = f.cache.fork()) {
                fork.truncate(90);
                assertThat(fork.length()).isEqualTo(90);
            }
            f.attend("quest:k=32,block=8", 0, 60, 60);
            for (int i = 0; i < first.size(); i++) {
                assertThat(f.heard.get(i).positions()).isEqualTo(first.get(i).positions());
            }
        }
    }
}
