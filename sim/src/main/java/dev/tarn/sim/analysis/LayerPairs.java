package dev.tarn.sim.analysis;

import dev.tarn.sim.access.AccessTrace;
import java.util.stream.IntStream;

/** Compares what two neighbouring layers of one request selected at the same steps. */
final class LayerPairs {
    private final AccessTrace trace;
    private final Selections selections;
    private final int[] upper;
    private final int[] lower;

    LayerPairs(AccessTrace trace, Selections selections) {
        this.trace = trace;
        this.selections = selections;
        int widest = IntStream.range(0, trace.batches())
                .map(trace::selectionSize)
                .max()
                .orElse(0);
        upper = new int[widest];
        lower = new int[widest];
    }

    /** Takes the batches of layers l - 1 and l, each ascending by step; the samples are layer l's. */
    void walk(int[] lowerBatches, int[] upperBatches, Samples samples) {
        int other = 0;
        for (int batch : upperBatches) {
            while (other < lowerBatches.length && trace.step(lowerBatches[other]) < trace.step(batch)) {
                other++;
            }
            boolean both = other < lowerBatches.length && trace.step(lowerBatches[other]) == trace.step(batch);
            if (both && selections.isSparse(batch)) {
                samples.interLayer.add(shared(lowerBatches[other], batch));
                samples.chanceOverLayers += selections.chance(batch);
            }
        }
    }

    private int shared(int lowerBatch, int upperBatch) {
        int upperCount = selections.copy(upperBatch, upper);
        int lowerCount = selections.copy(lowerBatch, lower);
        int shared = 0;
        int j = 0;
        for (int i = 0; i < upperCount; i++) {
            while (j < lowerCount && lower[j] < upper[i]) {
                j++;
            }
            shared += j < lowerCount && lower[j] == upper[i] ? 1 : 0;
        }
        return shared;
    }
}
