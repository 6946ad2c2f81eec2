package dev.tarn.study.fidelity;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.decode.RecallMeter;
import dev.tarn.engine.model.Decoder;
import dev.tarn.study.meter.DecodeTimer;
import dev.tarn.study.meter.IndexReads;
import dev.tarn.study.meter.ReadMeter;
import dev.tarn.study.meter.Reads;
import java.util.ArrayList;
import java.util.List;

/** The counts of one attention at one context length while prompts are asked. */
final class Tally {
    /** Shares of the depth that answers are counted by. */
    static final int DEPTHS = 5;

    final AttentionSpec spec;
    private final ReadMeter meter;
    private final RecallMeter recall;
    private final int[] asked = new int[DEPTHS];
    private final int[] right = new int[DEPTHS];
    private long decodeNanos;
    private long decodeSteps;

    Tally(AttentionSpec spec, Decoder decoder) {
        this.spec = spec;
        this.recall = new RecallMeter(
                decoder.backend(),
                decoder.architecture().attention(),
                decoder.architecture().layers());
        this.meter = new ReadMeter(decoder.kvShape(), IndexReads.of(spec, decoder.kvShape()));
    }

    /** Listens to the selections of one more question. */
    SelectionListener listen() {
        meter.nextSequence();
        return (input, row, group, selection, scores) -> {
            meter.selected(input, row, group, selection, scores);
            recall.selected(input, row, group, selection, scores);
        };
    }

    void answer(double depth, boolean found) {
        int share = Math.min(DEPTHS - 1, (int) (depth * DEPTHS));
        asked[share]++;
        right[share] += found ? 1 : 0;
    }

    void decoded(DecodeTimer.Timing timing) {
        decodeNanos += timing.nanos();
        decodeSteps += timing.steps();
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
        Reads reads = meter.reads();
        return new FidelityResult(
                resolved.toString(),
                context,
                askedInAll,
                rightInAll,
                List.copyOf(depths),
                recall.recall(),
                reads.entryBytesPerToken(),
                reads.indexBytesPerToken(),
                decodeSteps * 1e9 / decodeNanos);
    }
}
