package dev.tarn.study.cells;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.attention.StopRule;
import dev.tarn.engine.model.Decoder;

/** What of an attention decides a cell. */
public final class SpecKey {
    private SpecKey() {}

    /** The spec as resolved, and the numbers that its files held. */
    public static String of(Decoder decoder, AttentionSpec spec) {
        AttentionSpec resolved = decoder.attention(spec, SelectionListener.NONE).spec();
        return switch (resolved.stop()) {
            case StopRule.Budgets budgets -> resolved + "|" + budgets.k();
            case StopRule.Probability probability -> resolved + "|" + probability.masses();
            default -> resolved.toString();
        };
    }
}
