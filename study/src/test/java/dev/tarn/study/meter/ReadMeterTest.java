package dev.tarn.study.meter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.kv.KvShape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** By hand: 2 KV heads of 3 + 3 floats, so an entry is 48 bytes; an index key of 5 floats is 20 bytes. */
class ReadMeterTest {
    private static final KvShape SHAPE = new KvShape(2, 2, 3, 3, 5);
    private static final float[] SCORES = new float[0];

    private final ReadMeter meter = new ReadMeter(SHAPE, candidates -> 20L * candidates);

    @SuppressWarnings("NullAway") // the meter looks at layer and position alone
    private void select(int layer, int position, int group, int count, float[] scores) {
        Selection selection = new Selection();
        selection.count = count;
        meter.selected(new LayerInput(null, layer, position, 1, null, null), 0, group, selection, scores);
    }

    @Test
    void selections_forAllHeads_countWholeEntriesAndIndexKeysWhereARankingRan() {
        select(0, 0, Selection.ALL_HEADS, 1, null);
        select(1, 0, Selection.ALL_HEADS, 1, null);
        select(0, 9, Selection.ALL_HEADS, 4, SCORES);
        select(1, 9, Selection.ALL_HEADS, 2, SCORES);
        Reads reads = meter.reads();
        assertThat(reads.tokens()).isEqualTo(2);
        assertThat(reads.entryBytesPerToken()).isEqualTo((1 + 1 + 4 + 2) * 48 / 2.0);
        assertThat(reads.indexBytesPerToken()).isEqualTo((10 + 10) * 20 / 2.0);
        assertThat(reads.meanBudget()).isEqualTo(2);
        assertThat(reads.entries()).containsExactly(5.0, 3.0);
        assertThat(reads.budgets().quantile(0.95)).isEqualTo(4);
        assertThat(reads.stepBudgets().quantile(0.5)).isEqualTo(1);
        assertThat(reads.stepBudgets().quantile(1)).isEqualTo(3);
    }

    @Test
    void selections_perKvHead_countThatHeadsShareOfEntriesAndIndexData() {
        select(0, 7, 0, 6, SCORES);
        select(0, 7, 1, 2, SCORES);
        Reads reads = meter.reads();
        assertThat(reads.tokens()).isEqualTo(1);
        assertThat(reads.entryBytesPerToken()).isEqualTo(6 * 24 + 2 * 24);
        assertThat(reads.indexBytesPerToken()).isEqualTo(8 * 20);
        assertThat(reads.meanBudget()).isEqualTo(4);
    }

    @Test
    void parts_summed_areWhatOneMeterWouldHaveCounted() {
        select(0, 3, Selection.ALL_HEADS, 4, SCORES);
        meter.nextSequence();
        select(0, 3, Selection.ALL_HEADS, 2, SCORES);
        Reads whole = meter.reads();
        Reads sum = Reads.sum(List.of(whole, whole, whole));
        assertThat(whole.tokens()).isEqualTo(2);
        assertThat(whole.stepBudgets().count()).isEqualTo(2);
        assertThat(sum.tokens()).isEqualTo(6);
        assertThat(sum.meanBudget()).isEqualTo(whole.meanBudget());
        assertThat(sum.budgets().count()).isEqualTo(6);
    }
}
