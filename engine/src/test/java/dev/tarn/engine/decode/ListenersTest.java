package dev.tarn.engine.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.TestData;
import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.VectorKernels;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.PagePool;
import dev.tarn.trace.TraceRow;
import dev.tarn.trace.TraceWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What listens to selections: the trace recorder and the recall meter. */
class ListenersTest {
    private static final int TOKENS = 80;
    private static final int DIM = 8;
    private static final int LAYERS = 2;
    private static final AttentionShape SHAPE = new AttentionShape(4, 2, DIM, DIM, 0.6f);

    private final Backend backend = new CpuBackend(new VectorKernels(), 1);
    private final PagePool pool = new PagePool();
    private final KvCache cache = new KvCache(new KvShape(LAYERS, 2, DIM, DIM, 0), pool);
    private final float[] queries = TestData.normal(new Random(8), TOKENS * 4 * DIM);
    private final float[][] keys = new float[LAYERS][];

    ListenersTest() {
        Random random = new Random(9);
        for (int layer = 0; layer < LAYERS; layer++) {
            keys[layer] = TestData.normal(random, TOKENS * 2 * DIM);
            Tensor k = TestData.tensor(backend, TOKENS, 2 * DIM, keys[layer]);
            backend.storeEntries(cache, layer, 0, k, k, TOKENS);
        }
    }

    @AfterEach
    void close() {
        backend.close();
        pool.close();
    }

    private void attend(String spec, int layer, int first, int rows, SelectionListener listener) {
        float[] q = Arrays.copyOfRange(queries, first * 4 * DIM, (first + rows) * 4 * DIM);
        Tensor tensor = TestData.tensor(backend, rows, 4 * DIM, q);
        new Attention(backend, SHAPE, AttentionSpecs.parse(spec), null, listener)
                .attend(new LayerInput(cache, layer, first, rows, tensor, tensor), 0, backend.allocate(rows, 4 * DIM));
    }

    /** Keeps rows in memory. */
    private static final class Rows implements TraceWriter {
        final List<TraceRow> rows = new ArrayList<>();

        @Override
        public void write(
                int request,
                int step,
                int position,
                int layer,
                int group,
                int budgetWaves,
                float mass,
                int[] indices,
                int count,
                float[] scores) {
            float[] kept = scores == null ? null : Arrays.copyOf(scores, count);
            int[] positions = Arrays.copyOf(indices, count);
            rows.add(new TraceRow(request, step, position, layer, group, budgetWaves, mass, positions, kept));
        }

        @Override
        public void close() {}

        @Override
        public void abort() {}
    }

    @Test
    void recorder_promptAndSteps_recordsStepsOnly() {
        Rows trace = new Rows();
        TraceRecorder recorder = new TraceRecorder(trace, false);
        recorder.begin(3, 50);
        for (int layer = 0; layer < LAYERS; layer++) {
            attend("random:k=9", layer, 40, 12, recorder);
        }
        assertThat(trace.rows).hasSize(4);
        for (int i = 0; i < 4; i++) {
            TraceRow row = trace.rows.get(i);
            assertThat(row.request()).isEqualTo(3);
            assertThat(row.step()).isEqualTo(i % 2);
            assertThat(row.position()).isEqualTo(50 + i % 2);
            assertThat(row.layer()).isEqualTo(i / 2);
            assertThat(row.group()).isEqualTo(Selection.ALL_HEADS);
            assertThat(row.budgetWaves()).isOne();
            assertThat(row.mass()).isNaN();
            assertThat(row.indices()).hasSize(9).isSorted();
            assertThat(row.scores()).isNull();
        }
    }

    @Test
    void recorder_withScores_recordsThoseOfTheSelected() {
        Rows trace = new Rows();
        TraceRecorder recorder = new TraceRecorder(trace, true);
        recorder.begin(0, 0);
        attend("window:k=4,sink=1", 0, 3, 3, recorder);
        assertThat(trace.rows.get(0).scores()).as("no ranking ran").containsExactly(0, 0, 0, 0);
        assertThat(trace.rows.get(2).indices()).containsExactly(0, 3, 4, 5);
        assertThat(trace.rows.get(2).scores()).containsExactly(0, 3, 4, 5);
    }

    @Test
    void recorder_shareHead_recordsEachKvHead() {
        Rows trace = new Rows();
        TraceRecorder recorder = new TraceRecorder(trace, false);
        recorder.begin(0, 60);
        attend("oracle:k=5,share=head", 1, 60, 1, recorder);
        assertThat(trace.rows).extracting(TraceRow::group).containsExactly(0, 1);
    }

    /** Softmax mass of a set of positions for one head, computed directly. */
    private double mass(int layer, int t, int head, int[] positions) {
        double[] weights = new double[t + 1];
        for (int s = 0; s <= t; s++) {
            double product = 0;
            for (int d = 0; d < DIM; d++) {
                product += (double) queries[(t * 4 + head) * DIM + d] * keys[layer][(s * 2 + head / 2) * DIM + d];
            }
            weights[s] = Math.exp(product * 0.6f);
        }
        return Arrays.stream(positions).mapToDouble(s -> weights[s]).sum()
                / Arrays.stream(weights).sum();
    }

    @Test
    void meter_everythingSelected_isOne() {
        RecallMeter meter = new RecallMeter(backend, SHAPE, LAYERS);
        assertThat(meter.recall()).isNaN();
        attend("dense", 1, 0, TOKENS, meter);
        assertThat(meter.recall()).isCloseTo(1, within(1e-6));
        assertThat(meter.recall(1)).isCloseTo(1, within(1e-6));
        assertThat(meter.recall(0)).isNaN();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"random:k=10", "random:k=30,share=head", "oracle:k=10", "oracle:k=3,share=head"})
    void meter_anySelection_isTheMassComputedDirectly(String spec) {
        RecallMeter meter = new RecallMeter(backend, SHAPE, LAYERS);
        double[] sums = new double[LAYERS];
        SelectionListener both = (input, row, group, selection, scores) -> {
            meter.selected(input, row, group, selection, scores);
            int[] positions = Arrays.copyOf(selection.positions, selection.count);
            IntStream heads =
                    group == Selection.ALL_HEADS ? IntStream.range(0, 4) : IntStream.range(2 * group, 2 * group + 2);
            sums[input.layer()] += heads.mapToDouble(h -> mass(input.layer(), input.position(row), h, positions))
                    .sum();
        };
        attend(spec, 0, 70, 5, both);
        attend(spec, 1, 70, 10, both);
        assertThat(meter.recall(0)).isCloseTo(sums[0] / 20, within(1e-6));
        assertThat(meter.recall(1)).isCloseTo(sums[1] / 40, within(1e-6));
        assertThat(meter.recall()).isCloseTo((sums[0] + sums[1]) / 60, within(1e-6));
        assertThat(meter.recall()).isBetween(0.02, 0.99);
    }

    @Test
    void recorder_blocksInWaves_writesGroupsWavesMassAndTheBlocksScores() {
        Rows rows = new Rows();
        TraceRecorder recorder = new TraceRecorder(rows, true);
        recorder.begin(3, 60);
        List<float[]> told = new ArrayList<>();
        attend("psa:eps=0.5,block=8,wave=2", 1, 60, 20, (input, row, group, selection, scores) -> {
            told.add(scores.clone());
            recorder.selected(input, row, group, selection, scores);
        });
        attend("random:k=4", 1, 79, 1, recorder);
        assertThat(rows.rows).hasSize(41);
        for (int i = 0; i < 40; i++) {
            TraceRow row = rows.rows.get(i);
            assertThat(row.group()).isEqualTo(i % 2);
            assertThat(row.budgetWaves()).isBetween(1, 5);
            assertThat(row.mass()).isGreaterThan(row.indices().length == row.position() + 1 ? 0.99f : 0.5f);
            for (int j = 0; j < row.indices().length; j++) {
                assertThat(row.scores()[j]).isEqualTo(told.get(i)[row.indices()[j] / 8]);
            }
        }
        assertThat(rows.rows.getLast().mass()).isNaN();
        assertThat(rows.rows.getLast().budgetWaves()).isEqualTo(1);
    }
}
