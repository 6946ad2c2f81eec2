package dev.tarn.sim.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.sim.Traces;
import dev.tarn.sim.access.AccessTrace;
import dev.tarn.trace.TraceRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AnalyzerTest {
    private static final Offset<Double> EXACT = within(1e-12);

    /** Two layers, four steps at t = 4..7, k = 2; every number below is counted by hand from these eight selections. */
    private static List<TraceRow> byHand() {
        return List.of(
                Traces.row(0, 0, 4, 0, 0, 4),
                Traces.row(0, 0, 4, 1, 0, 4),
                Traces.row(0, 1, 5, 0, 0, 5),
                Traces.row(0, 1, 5, 1, 0, 1),
                Traces.row(0, 2, 6, 0, 0, 1),
                Traces.row(0, 2, 6, 1, 0, 1),
                Traces.row(0, 3, 7, 0, 1, 7),
                Traces.row(0, 3, 7, 1, 0, 7));
    }

    private static Summary metric(AnalysisReport report, Metric metric) {
        return Objects.requireNonNull(report.metrics().get(metric));
    }

    private static Summary metric(AnalysisReport report, int layer, Metric metric) {
        return Objects.requireNonNull(report.layers().get(layer).metrics().get(metric));
    }

    @Test
    void newLookups_byHand_areTheSetDifference() {
        var report = Analyzer.analyze(Traces.load(2, byHand()), 2);
        Summary pooled = metric(report, Metric.NEW_LOOKUPS);
        double expected = (2.0 / 5 + 2.0 / 6 + 2.0 / 7) / 3;
        assertThat(pooled.mean()).isCloseTo(2.5 / 6, EXACT);
        assertThat(pooled.p95()).isEqualTo(0.5);
        assertThat(pooled.chance()).isCloseTo(1 - expected, EXACT);
        assertThat(pooled.lift()).isCloseTo((1 - 2.5 / 6) / expected, EXACT);
        assertThat(metric(report, 0, Metric.NEW_LOOKUPS).mean()).isEqualTo(0.5);
        assertThat(metric(report, 0, Metric.NEW_LOOKUPS).sd()).isZero();
        assertThat(metric(report, 1, Metric.NEW_LOOKUPS).mean()).isCloseTo(1.0 / 3, EXACT);
    }

    @Test
    void persistence_byHand_leavesOutAndCountsCutRuns() {
        var report = Analyzer.analyze(Traces.load(2, byHand()), 2);
        // Layer 0 saw only entry 5 come and go, layer 1 only entry 1.
        assertThat(metric(report, 0, Metric.PERSISTENCE)).isEqualTo(new Summary(1, 1, 0, null, null, 1));
        assertThat(metric(report, 1, Metric.PERSISTENCE)).isEqualTo(new Summary(2, 2, 0, null, null, 1));
        assertThat(metric(report, Metric.PERSISTENCE)).isEqualTo(new Summary(1.5, 2, 0.5, null, null, 2));
        assertThat(report.layers()).extracting(LayerReport::cutRuns).containsExactly(4L, 3L);
        assertThat(report.cutRuns()).isEqualTo(7);
    }

    @Test
    void lookback_byHand_isTheMeanAgeOfSelectedEntries() {
        var report = Analyzer.analyze(Traces.load(2, byHand()), 2);
        assertThat(metric(report, 0, Metric.LOOKBACK).mean()).isCloseTo(26.0 / 8 / 2, EXACT);
        assertThat(metric(report, 0, Metric.LOOKBACK).p95()).isEqualTo(3);
        assertThat(metric(report, 0, Metric.LOOKBACK).samples()).isEqualTo(8);
    }

    @Test
    void interLayerOverlap_byHand_belongsToTheUpperLayer() {
        var report = Analyzer.analyze(Traces.load(2, byHand()), 2);
        double expected = (2.0 / 4 + 2.0 / 5 + 2.0 / 6 + 2.0 / 7) / 4;
        Summary overlap = metric(report, Metric.INTER_LAYER_OVERLAP);
        assertThat(overlap.mean()).isEqualTo(0.75);
        assertThat(overlap.p95()).isEqualTo(1);
        assertThat(overlap.sd()).isEqualTo(0.25);
        assertThat(overlap.chance()).isCloseTo(expected, EXACT);
        assertThat(overlap.lift()).isCloseTo(0.75 / expected, EXACT);
        assertThat(report.layers().get(0).metrics()).doesNotContainKey(Metric.INTER_LAYER_OVERLAP);
        assertThat(metric(report, 1, Metric.INTER_LAYER_OVERLAP)).isEqualTo(overlap);
    }

    @Test
    void pageUtilisation_byHand_isSelectedOverTouched() {
        var report = Analyzer.analyze(Traces.load(2, byHand()), 2);
        assertThat(metric(report, 0, Metric.PAGE_UTILISATION).mean()).isEqualTo((0.5 + 0.5 + 1 + 0.5) / 4);
    }

    @Test
    void workingSet_shorterThanTheWindow_isAbsent() {
        var report = Analyzer.analyze(Traces.load(2, byHand()), 2);
        assertThat(report.metrics()).doesNotContainKey(Metric.WORKING_SET);
        assertThat(report.k()).isEqualTo(2);
        assertThat(report.batches()).isEqualTo(8);
    }

    private static List<TraceRow> sliding(int firstStep, int steps) {
        return IntStream.range(firstStep, firstStep + steps)
                .mapToObj(step -> Traces.row(0, step, 10 + step, 0, 9 + step, 10 + step))
                .toList();
    }

    @Test
    void workingSet_slidingSelection_isFiftyOneEntriesAWindow() {
        // Each step selects its own token and the one before: 50 steps touch 51.
        var report = Analyzer.analyze(Traces.load(2, sliding(0, 52)), 16);
        assertThat(metric(report, Metric.WORKING_SET)).isEqualTo(new Summary(25.5, 25.5, 0, null, null, 3));
        assertThat(metric(report, Metric.PERSISTENCE).mean()).isEqualTo(2);
    }

    @Test
    void consecutiveSteps_missingStep_startsAnew() {
        var rows = new ArrayList<>(sliding(0, 50));
        rows.addAll(sliding(51, 49));
        var report = Analyzer.analyze(Traces.load(2, rows), 16);
        assertThat(metric(report, Metric.WORKING_SET).samples()).isEqualTo(1);
        assertThat(metric(report, Metric.NEW_LOOKUPS).samples()).isEqualTo(49 + 48);
        // Each of the two pieces has two entries in its first step and two in its last.
        assertThat(report.cutRuns()).isEqualTo(2 * (2 + 2));
    }

    @Test
    void denseSteps_areLeftOut() {
        var rows = List.of(
                Traces.row(0, 0, 2, 0, 0, 1, 2),
                Traces.row(0, 1, 3, 0, 0, 1, 2, 3),
                Traces.row(0, 2, 4, 0, 0, 1, 3, 4),
                Traces.row(0, 3, 5, 0, 0, 1, 3, 5));
        var report = Analyzer.analyze(Traces.load(4, rows), 16);
        assertThat(report.batches()).isEqualTo(2);
        assertThat(report.denseBatches()).isEqualTo(2);
        assertThat(metric(report, Metric.NEW_LOOKUPS).samples()).isEqualTo(1);
        assertThat(metric(report, Metric.NEW_LOOKUPS).mean()).isEqualTo(0.25);
    }

    @Test
    void groups_areTheirUnion_andKIsItsMeanSize() {
        var rows = List.of(
                Traces.group(0, 0, 9, 0, 0, 1, 2), Traces.group(0, 0, 9, 0, 1, 2, 5),
                Traces.group(0, 1, 10, 0, 0, 1, 2), Traces.group(0, 1, 10, 0, 1, 1, 2, 8, 10));
        var report = Analyzer.analyze(Traces.load(2, rows), 16);
        assertThat(report.k()).isEqualTo(3.5);
        assertThat(metric(report, Metric.NEW_LOOKUPS).mean()).isCloseTo(2 / 3.5, EXACT);
    }

    @Test
    void emptyTrace_hasNoNumbers() {
        var report = Analyzer.analyze(Traces.load(2), 16);
        assertThat(report.k()).isNull();
        assertThat(report.metrics()).isEmpty();
        assertThat(report.layers()).isEmpty();
    }

    @Test
    void analyze_pageZero_isRefused() {
        var trace = Traces.load(2, byHand());
        assertThatThrownBy(() -> Analyzer.analyze(trace, 0)).hasMessage("page of 0 tokens; use 1 or more");
    }

    @Test
    void p95_twentySamples_isTheNineteenth() {
        var histogram = new Histogram();
        IntStream.rangeClosed(1, 20).forEach(histogram::add);
        assertThat(histogram.p95()).isEqualTo(19);
        histogram.add(21);
        assertThat(histogram.p95()).isEqualTo(20);
    }

    static LongStream seeds() {
        return LongStream.range(0, 25);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void workingSetAndNewLookups_randomTraces_equalSetArithmetic(long seed) {
        int k = new SplittableRandom(seed).nextInt(1, 9);
        var rows = Traces.random(seed, 2, 70, 2, 30, k);
        AccessTrace trace = Traces.load(k, rows);
        var report = Analyzer.analyze(trace, 16);
        var byKey = new HashMap<List<Integer>, TreeSet<Integer>>();
        rows.forEach(row -> byKey.put(
                List.of(row.request(), row.layer(), row.step()),
                IntStream.of(row.indices()).boxed().collect(TreeSet::new, TreeSet::add, TreeSet::addAll)));
        double windows = 0;
        double fresh = 0;
        for (int request = 0; request < 2; request++) {
            for (int layer = 0; layer < 2; layer++) {
                for (int step = 0; step < 70; step++) {
                    if (step + 50 <= 70) {
                        var union = new TreeSet<Integer>();
                        for (int s = step; s < step + 50; s++) {
                            union.addAll(byKey.get(List.of(request, layer, s)));
                        }
                        windows += union.size();
                    }
                    if (step > 0) {
                        var now = new TreeSet<>(byKey.get(List.of(request, layer, step)));
                        now.removeAll(byKey.get(List.of(request, layer, step - 1)));
                        fresh += now.size();
                    }
                }
            }
        }
        assertThat(metric(report, Metric.WORKING_SET).mean()).isCloseTo(windows / (4 * 21) / k, EXACT);
        assertThat(metric(report, Metric.NEW_LOOKUPS).mean()).isCloseTo(fresh / (4 * 69) / k, EXACT);
    }
}
