package dev.tarn.study.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.compute.Ceilings;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.KvTypes;
import dev.tarn.engine.model.IndexerFile;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.ModelLocator;
import dev.tarn.study.Tiny;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpeedBenchTest {
    private static final Ceilings MACHINE = new Ceilings(1, 256, 10, 50, 100);

    private static BenchOptions options(List<Integer> depths, List<Integer> prefills, String attentions) {
        return new BenchOptions(
                List.of(1), depths, prefills, AttentionSpecs.parseList(attentions), 2, 32, 0, KvTypes.F32, 1);
    }

    private static BenchResult run(BenchOptions options, boolean trained, Tiny.Progress progress) {
        Path path = ModelLocator.find(ModelLocator.TINY);
        try (ModelFile model = ModelFile.open(path);
                IndexerFile indexer = trained ? IndexerFile.open(IndexerFile.beside(path)) : null;
                SpeedBench bench = new SpeedBench(
                        model,
                        indexer,
                        threads -> new CpuBackend(KernelProvider.select(), threads),
                        _ -> MACHINE,
                        options,
                        progress)) {
            return bench.run();
        }
    }

    @Test
    void rows_allAskedFor_comeInOrderWithFloorsThatCanBeCounted() {
        Tiny.Progress progress = new Tiny.Progress();
        List<BenchRow> rows = run(options(List.of(0, 300), List.of(40), "dense,dsa:k=16"), true, progress)
                .results();

        assertThat(rows)
                .extracting(BenchRow::test, BenchRow::depth, BenchRow::tokens, BenchRow::attention)
                .containsExactly(
                        tuple(BenchRow.Test.DECODE, 0, null, "dense"),
                        tuple(BenchRow.Test.DECODE, 0, null, spec()),
                        tuple(BenchRow.Test.DECODE, 300, null, "dense"),
                        tuple(BenchRow.Test.DECODE, 300, null, spec()),
                        tuple(BenchRow.Test.PREFILL, null, 40, "dense"),
                        tuple(BenchRow.Test.PREFILL, null, 40, spec()));
        assertThat(progress.done).isEqualTo(progress.totals);

        KvShape shape = shape();
        Floor dense = rows.get(2).floor();
        Floor sparse = rows.get(3).floor();
        assertThat(dense.entryBytes()).isEqualTo(8L * 301 * shape.entryBytes());
        assertThat(dense.indexBytes()).isZero();
        assertThat(sparse.entryBytes()).isEqualTo(8L * 16 * shape.entryBytes());
        assertThat(sparse.indexBytes()).isEqualTo(8L * 301 * shape.indexBytes());
        assertThat(rows.get(1).floor().indexBytes())
                .as("t + 1 <= k: nothing is scored")
                .isZero();
        // Q8_0 stores 32 weights in 34 bytes; attention, MLP and the output matrix are products, norms are not.
        long parameters = 8L * (256 * 256 * 2 + 256 * 128 * 2 + 3 * 256 * 768) + 256L * 4096;
        assertThat(dense.operations()).isEqualTo(2 * parameters);
        assertThat(dense.weightBytes()).isEqualTo(parameters / 32 * 34);
        assertThat(sparse.weightBytes()).isGreaterThan(dense.weightBytes());
        assertThat(rows.get(4).floor().operations()).isEqualTo(2 * (parameters - 256L * 4096));
    }

    private static String spec() {
        try (Tiny tiny = new Tiny(1)) {
            return tiny.attention("dsa:k=16").spec().toString();
        }
    }

    private static KvShape shape() {
        try (Tiny tiny = new Tiny(1)) {
            return tiny.decoder.kvShape();
        }
    }

    @Test
    void row_measured_hasSharesThatAddUpAndAPartForEachThatWorked() {
        List<BenchRow> rows = run(options(List.of(2000), List.of(), "dense,dsa:k=16"), true, new Tiny.Progress())
                .results();

        for (BenchRow row : rows) {
            Split split = row.split();
            assertThat(split.matmul() + split.score() + split.select() + split.attend() + split.rest())
                    .isCloseTo(1, within(1e-9));
            assertThat(split.matmul()).isPositive();
            assertThat(split.attend()).isPositive();
            assertThat(row.tokS()).isPositive();
            assertThat(row.sd()).isNotNegative();
            assertThat(row.ceilingShare()).isCloseTo(row.tokS() / row.ceilingTokS(), within(1e-9));
            assertThat(row.beyondContext()).isFalse();
        }
        assertThat(rows.get(0).split().score()).isZero();
        assertThat(rows.get(1).split().score()).as("the indexer really scores").isPositive();
        assertThat(rows.get(0).indexer()).isNull();
        assertThat(rows.get(1).indexer()).isEqualTo("trained");
    }

    @Test
    void model_withoutIndexerAndBeyondItsContext_isMeasuredAndSaysSo() {
        BenchRow row = run(options(List.of(8190), List.of(), "dsa:k=16"), false, new Tiny.Progress())
                .results()
                .getFirst();

        assertThat(row.indexer()).isEqualTo("random, 4 heads of 64");
        assertThat(row.beyondContext()).isTrue();
        assertThat(row.floor().indexBytes()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"0, 5, 32", "1, 0, 32", "1, 5, 31"})
    void options_outOfRange_areRefused(int threads, int repetitions, int tokens) {
        assertThatThrownBy(() -> new BenchOptions(
                        List.of(threads),
                        List.of(0),
                        List.of(),
                        AttentionSpecs.parseList("dense"),
                        repetitions,
                        tokens,
                        0,
                        KvTypes.F32,
                        1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("needs ");
    }

    @Test
    void floor_slowerOfReadingAndComputing_setsTheCeiling() {
        Ceilings machine = new Ceilings(1, 256, 10, 50, 100);

        assertThat(new Floor(900_000_000, 50_000_000, 50_000_000, 1000).tokensPerSecond(machine, 1))
                .isCloseTo(10, within(1e-9));
        assertThat(new Floor(100, 0, 0, 1_000_000_000).tokensPerSecond(machine, 1))
                .isCloseTo(100, within(1e-9));
        assertThat(new Floor(900_000_000, 0, 0, 1000).tokensPerSecond(machine, 100))
                .isCloseTo(10e9 / 9e6, within(1e-6));
    }

    @Test
    void median_andSpread_ofRepetitions() {
        assertThat(SpeedBench.median(new double[] {9, 1, 2})).isEqualTo(2);
        assertThat(SpeedBench.median(new double[] {4, 1, 2, 3})).isEqualTo(2.5);
        assertThat(SpeedBench.standardDeviation(new double[] {1, 2, 3})).isCloseTo(1, within(1e-12));
        assertThat(SpeedBench.standardDeviation(new double[] {1})).isNaN();
    }

    /** Compiled code replaces slow code in steps: a plateau shorter than a second is no end. */
    @Test
    void warmUp_timesThatStillFall_goesOnUntilTheyDoNot() {
        long second = 1_000_000_000;
        int[] runs = {0};
        WarmUp.run(30 * second, () -> runs[0]++ < 10 ? second * (20 - runs[0]) / 20 : second / 4);
        assertThat(runs[0]).isEqualTo(10 + 1 + 4);

        int[] steady = {0};
        WarmUp.run(30 * second, () -> {
            steady[0]++;
            return second / 10;
        });
        assertThat(steady[0]).isEqualTo(11);

        int[] slow = {0};
        WarmUp.run(30 * second, () -> {
            slow[0]++;
            return 40 * second;
        });
        assertThat(slow[0]).isEqualTo(1);
    }
}
