package dev.tarn.study.tasks;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.model.Decoder;
import java.util.Arrays;

/** A densely read context. Asked for the next one, it keeps what both begin with and reads the rest. */
final class DensePrefix implements AutoCloseable {
    private final Sequence sequence;
    private int[] held = new int[0];

    DensePrefix(Decoder decoder) {
        sequence = new Sequence(decoder, decoder.attention(AttentionSpec.DENSE, SelectionListener.NONE));
    }

    /** The sequence that has read exactly these tokens; it is only to be forked, and until the next call. */
    Sequence read(int[] tokens) {
        int mismatch = Arrays.mismatch(held, tokens);
        int common = mismatch < 0 ? tokens.length : mismatch;
        sequence.truncate(common);
        held = tokens;
        if (common < tokens.length) {
            sequence.prefill(Arrays.copyOfRange(tokens, common, tokens.length), Integer.MAX_VALUE, _ -> {});
        }
        return sequence;
    }

    @Override
    public void close() {
        sequence.close();
    }
}
