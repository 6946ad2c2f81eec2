package dev.tarn.engine.attention;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.reserve.ReservedSequence;
import java.util.Arrays;

/**
 * Takes units from the best ranked down in waves, attends each and asks the stop rule: selection and attention of one query and group
 * of heads at once. What is always kept is taken first, all of it in the first wave. Scratch of one worker.
 */
final class WaveAttention {
    private final Backend backend;
    private final AttentionShape shape;
    private final int block;
    private final int waveUnits;
    private final WaveRule rule;
    private final Kept kept;
    private final UnitOrder order;
    private final Wave wave;
    private final Wave expected;
    private long[] taken = new long[0];

    WaveAttention(Backend backend, AttentionShape shape, AttentionSpec spec, WaveRule rule) {
        this.backend = backend;
        this.shape = shape;
        this.block = spec.block();
        this.waveUnits = spec.wave();
        this.rule = rule;
        this.kept = new Kept(spec);
        this.order = new UnitOrder(backend, spec.within() != null);
        this.wave = new Wave(block);
        this.expected = new Wave(block);
    }

    /** The rule of a spec that takes waves. */
    static WaveRule rule(Backend backend, AttentionShape shape, StopRule stop) {
        return switch (stop) {
            case StopRule.Mass mass -> new MassRule(backend, mass.eps(), shape.heads());
            case StopRule.Marginal marginal -> new MarginalRule(marginal.mu(), shape.heads());
            default -> throw new IllegalArgumentException("stop rule " + stop + " takes no waves");
        };
    }

    /**
     * Selects and attends for the query heads of KV heads fromHead .. toHead-1.
     *
     * @param scores of the units
     * @param selection receives the positions, ascending, the waves and what the rule estimates
     */
    void run(
            LayerInput input,
            int row,
            int fromHead,
            int toHead,
            float[] scores,
            Selection selection,
            AttentionState state) {
        int n = input.position(row) + 1;
        int units = kept.units(n);
        begin(units, n, scores, selection);
        rule.begin(fromHead * shape.groupSize(), toHead * shape.groupSize());
        int left = units;
        boolean enough = false;
        while (!enough && fill(units, n, selection.waves == 0)) {
            left -= wave.units;
            attend(input, row, fromHead, toHead, state);
            selection.waves++;
            enough = rule.enough(state, wave, left, selection);
        }
        collect(units, n, selection);
    }

    /** Puts the positions of the first wave into a selection, in no order. */
    void foresee(int n, float[] scores, Selection selection) {
        int units = kept.units(n);
        begin(units, n, scores, selection);
        fill(units, n, true);
        selection.reserve(wave.entries);
        System.arraycopy(wave.positions, 0, selection.positions, 0, wave.entries);
        selection.count = wave.entries;
    }

    private void begin(int units, int n, float[] scores, Selection selection) {
        kept.decide(n, units);
        order.begin(scores, kept.low, units - kept.high);
        int words = (units + Long.SIZE - 1) / Long.SIZE;
        if (taken.length < words) {
            taken = new long[Math.max(words, 2 * taken.length)];
        }
        Arrays.fill(taken, 0, words, 0);
        selection.waves = 0;
        selection.unit = block;
        selection.mass = Float.NaN;
    }

    /** Collects the next wave; false where no unit is left. */
    private boolean fill(int units, int n, boolean first) {
        wave.clear();
        if (first) {
            for (int i = 1; i <= kept.high; i++) {
                take(units - i, n);
            }
            for (int unit = 0; unit < kept.low; unit++) {
                take(unit, n);
            }
        }
        while (wave.units < waveUnits) {
            int unit = order.next();
            if (unit < 0) {
                break;
            }
            take(unit, n);
        }
        return wave.units > 0;
    }

    private void take(int unit, int n) {
        wave.add(unit, n);
        taken[unit / Long.SIZE] |= 1L << unit;
    }

    private void attend(LayerInput input, int row, int fromHead, int toHead, AttentionState state) {
        ReservedSequence reserved = input.reserved();
        if (reserved != null && reserved.fetchesAhead()) {
            expectNext(reserved, input.position(row) + 1);
        }
        boolean told = rule.needsScores();
        if (told) {
            wave.reserveScores((toHead - fromHead) * shape.groupSize());
        }
        input.attend(
                backend, shape, row, fromHead, toHead, wave.positions, wave.entries, state, told ? wave.scores : null);
    }

    /** Lets the units of the next wave be fetched while this one is attended. */
    private void expectNext(ReservedSequence reserved, int n) {
        expected.clear();
        while (expected.units < waveUnits) {
            int unit = order.peek(expected.units);
            if (unit < 0) {
                break;
            }
            expected.add(unit, n);
        }
        reserved.expect(expected.positions, expected.entries);
    }

    private void collect(int units, int n, Selection selection) {
        selection.reserve(n);
        int count = 0;
        for (int word = 0; word * Long.SIZE < units; word++) {
            for (long bits = taken[word]; bits != 0; bits &= bits - 1) {
                int unit = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
                for (int s = unit * block; s < Math.min(n, (unit + 1) * block); s++) {
                    selection.positions[count++] = s;
                }
            }
        }
        selection.count = count;
    }
}
