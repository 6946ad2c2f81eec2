package dev.tarn.study.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.study.Tiny;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MassMeterTest {
    private static final int LENGTH = 96;
    private static Tiny tiny;

    @BeforeAll
    static void open() {
        tiny = new Tiny(1);
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    private static MassSums measure(String spec, int every, SelectionListener beside) {
        MassSums sums = new MassSums(LENGTH / 4.0);
        MassMeter meter = new MassMeter(
                tiny.decoder.backend(), tiny.decoder.architecture().attention(), every, sums);
        SelectionListener both = (input, row, group, selection, scores) -> {
            meter.selected(input, row, group, selection, scores);
            beside.selected(input, row, group, selection, scores);
        };
        int[] tokens = Arrays.copyOf(
                tiny.tokenizer().encodeWithBos(Tiny.books().getFirst().content().substring(3000, 4500), false), LENGTH);
        try (Sequence sequence = new Sequence(tiny.decoder, tiny.decoder.attention(AttentionSpecs.parse(spec), both))) {
            sequence.prefill(tokens, 0, _ -> {});
        }
        return sums;
    }

    private static MassSums.Sum total(MassSums sums) {
        return sums.layers().values().stream().reduce(MassSums.Sum::plus).orElseThrow();
    }

    /** The formulas of attention in double precision, over the cache's own keys and values. */
    private static final class Direct implements SelectionListener {
        private double recall;
        private double error;
        private long count;
        private double difference;
        private double norm;
        private double inside;

        @Override
        public void selected(LayerInput input, int row, int group, Selection selection, float[] scores) {
            AttentionShape shape = tiny.decoder.architecture().attention();
            boolean all = group == Selection.ALL_HEADS;
            int first = all ? 0 : group * shape.groupSize();
            int end = all ? shape.heads() : first + shape.groupSize();
            if (first == 0) {
                difference = 0;
                norm = 0;
                inside = 0;
            }
            for (int head = first; head < end; head++) {
                head(input, row, head, shape, selection);
            }
            if (end == shape.heads()) {
                recall += inside / shape.heads();
                error += Math.sqrt(difference / norm);
                count++;
            }
        }

        private void head(LayerInput input, int row, int head, AttentionShape shape, Selection selection) {
            int n = input.position(row) + 1;
            int kvHead = head / shape.groupSize();
            float[] q = new float[shape.keyDim()];
            input.queries().read(row, head * shape.keyDim(), q.length, q, 0);
            double[] weights = new double[n];
            double max = Double.NEGATIVE_INFINITY;
            float[] key = new float[shape.keyDim()];
            for (int s = 0; s < n; s++) {
                input.cache().readKey(input.layer(), s, kvHead, key, 0);
                for (int d = 0; d < q.length; d++) {
                    weights[s] += (double) q[d] * key[d] * shape.scale();
                }
                max = Math.max(max, weights[s]);
            }
            double sum = 0;
            for (int s = 0; s < n; s++) {
                weights[s] = Math.exp(weights[s] - max);
                sum += weights[s];
            }
            double taken = 0;
            double[] dense = new double[shape.valueDim()];
            double[] sparse = new double[shape.valueDim()];
            float[] value = new float[shape.valueDim()];
            int next = 0;
            for (int s = 0; s < n; s++) {
                boolean chosen = next < selection.count && selection.positions[next] == s;
                next += chosen ? 1 : 0;
                taken += chosen ? weights[s] : 0;
                input.cache().readValue(input.layer(), s, kvHead, value, 0);
                for (int d = 0; d < value.length; d++) {
                    dense[d] += weights[s] * value[d];
                    sparse[d] += chosen ? weights[s] * value[d] : 0;
                }
            }
            inside += taken / sum;
            for (int d = 0; d < dense.length; d++) {
                double o = dense[d] / sum;
                difference += (sparse[d] / taken - o) * (sparse[d] / taken - o);
                norm += o * o;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dsa:k=16", "random:k=8,share=head", "window:k=12", "oracle:k=16,share=head"})
    void masses_andOutputErrors_areThoseOfTheFormulas(String spec) {
        Direct direct = new Direct();
        MassSums.Sum sum = total(measure(spec, 1, direct));
        assertThat(sum.count()).isEqualTo(direct.count).isEqualTo(8L * LENGTH);
        assertThat(sum.recall() / sum.count()).isCloseTo(direct.recall / direct.count, within(1e-5));
        assertThat(sum.outputError() / sum.count()).isCloseTo(direct.error / direct.count, within(1e-4));
        assertThat(sum.recall()).isLessThanOrEqualTo(sum.oracleRecall() + 1e-3);
    }

    @Test
    void oracle_isTheBestOfItsSize_chanceIsNot() {
        MassSums.Sum oracle = total(measure("oracle:k=16", 1, SelectionListener.NONE));
        assertThat(oracle.recall() / oracle.count()).isCloseTo(oracle.oracleRecall() / oracle.count(), within(1e-6));
        assertThat(oracle.setRecall() / oracle.count()).isCloseTo(1, within(1e-9));
        MassSums.Sum random = total(measure("random:k=16", 1, SelectionListener.NONE));
        assertThat(random.setRecall() / random.count()).isLessThan(0.8);
        assertThat(random.recall()).isLessThan(0.8 * random.oracleRecall());
    }

    @Test
    void dense_losesNothing_exactly() {
        MassSums.Sum sum = total(measure("dense", 1, SelectionListener.NONE));
        assertThat(sum.recall()).isEqualTo(sum.count());
        assertThat(sum.outputError()).isZero();
    }

    @Test
    void samples_everyFourth_areAQuarterInEqualStretches() {
        MassSums sums = measure("dsa:k=16", 4, SelectionListener.NONE);
        assertThat(total(sums).count()).isEqualTo(8L * LENGTH / 4);
        assertThat(sums.stretches())
                .hasSize(4)
                .allSatisfy((_, sum) -> assertThat(sum.count()).isEqualTo(8L * LENGTH / 16));
    }

    @Test
    void calibration_countsHowOftenPIsNoBound() {
        Calibration calibration = new Calibration();
        calibration.add(0.95, 0.99);
        calibration.add(0.955, 0.90);
        calibration.add(1.0, 0.5);
        assertThat(calibration.total()).isEqualTo(new Calibration.Bin(3, 2, 0.95 + 0.955 + 1.0, 0.99 + 0.90 + 0.5));
        assertThat(calibration.bins()).containsOnlyKeys(95, 99);
    }
}
