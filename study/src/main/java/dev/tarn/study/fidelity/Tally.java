package dev.tarn.study.fidelity;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.decode.RecallMeter;
import dev.tarn.engine.model.Decoder;
import java.util.ArrayList;
import java.util.List;

/** The counts of one attention at one context length while prompts are asked. */
final class Tally {
    /** Shares of the depth that answers are counted by. */
    static final int DEPTHS = 5;

    final AttentionSpec spec;
    final ReadMeter meter;
    private final int[] asked = new int[DEPTHS];
    private final int[] right = new int[DEPTHS];
    private long decodeNanos;
    private long decodeSteps;

    Tally(AttentionSpec spec, Decoder decoder) {
        this.spec = spec;
        RecallMeter recall = new RecallMeter(
                decoder.backend(),
                decoder.architecture().attention(),
                decoder.architecture().layers());
        this.meter = new ReadMeter(decoder.kvShape(), recall, spec.needsIndexer());
    }

    void answer(double depth, boolean found) {
        int share = Math.min(DEPTHS - 1, (int) (depth * DEPTHS));
        asked[share]++;
        right[share] += found ? 1 : 0;
    }

    void decoded(long nanos, long steps) {
        decodeNanos += nanos;
        decodeSteps += steps;
    }

    FidelityResult result(AttentionSpec resolved, int context) {
        List<FidelityResult.Depth> depths = new ArrayList<>();
        int askedInAll = 0;
        int rightInAll = 0;
        for (int i = 0; i < DEPTHS; i++) {
            double width = 1.0 / DEPTHS;
            depths.add(new FidelityResult.Depth(i * width, (i + 1) * width, asked[i], right[i]));
            askedInAll += asked[i];
            rightInAll += right[i];
        }
        return new FidelityResult(
                resolved.toString(),
                context,
                askedInAll,
                rightInAll,
                List.copyOf(depths),
                meter.recall(),
                meter.entryBytesPerToken(),
                meter.indexBytesPerToken(),
                decodeSteps * 1e9 / decodeNanos);
    }
}
