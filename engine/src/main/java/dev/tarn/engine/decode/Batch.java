package dev.tarn.engine.decode;

import dev.tarn.engine.model.DecodeStep;
import dev.tarn.engine.model.Decoder;
import java.util.ArrayList;
import java.util.List;

/**
 * Sequences of one decoder that take their decode steps together. They may come and go from step to step; each goes on as it would alone, to
 * the bit. One thread at a time.
 */
public final class Batch {
    private final Decoder decoder;
    private final List<DecodeStep> steps = new ArrayList<>();

    /** Of sequences of this decoder. */
    public Batch(Decoder decoder) {
        this.decoder = decoder;
    }

    /**
     * Runs one token of each sequence. A sequence that fails on the way throws when its logits are read; the others have run.
     *
     * @param sequences different ones, with an {@link dev.tarn.engine.attention.Attention} each
     * @param tokens one for each
     * @throws dev.tarn.engine.EngineException where a token does not fit or is not in the vocabulary; then none has run
     */
    public void decode(List<Sequence> sequences, int[] tokens) {
        steps.clear();
        for (int i = 0; i < sequences.size(); i++) {
            steps.add(sequences.get(i).prepare(tokens[i]));
        }
        decoder.decode(steps);
        sequences.forEach(Sequence::ranTogether);
    }
}
