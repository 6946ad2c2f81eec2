package dev.tarn.engine.decode;

import dev.tarn.engine.tokenize.Tokenizer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** The loop from prompt to text: prefill, then sample, stream, decode, until an end token or the limit. */
public final class Generator {
    private final Tokenizer tokenizer;
    private final float[] logits;

    /** A generator for models with this tokenizer and a vocabulary of {@code vocabulary} logits. */
    public Generator(Tokenizer tokenizer, int vocabulary) {
        this.tokenizer = tokenizer;
        this.logits = new float[vocabulary];
    }

    /**
     * Continues a sequence with a prompt and what the model says to it.
     *
     * @param prompt token ids; at least one
     * @param stream receives text as soon as it is whole characters
     * @param progress told how many prompt tokens have run
     * @throws dev.tarn.engine.EngineException where prompt and {@code maxTokens} do not fit the model's context
     */
    public Generation generate(
            Sequence sequence, int[] prompt, GenerationOptions options, Consumer<String> stream, IntConsumer progress) {
        // The last token generated is never run, so it needs no place in the context.
        sequence.requireFits(Math.addExact(prompt.length, options.maxTokens() - 1));
        Reply reply = new Reply(tokenizer, options, stream);
        long start = System.nanoTime();
        int sparseFrom = sequence.length() + prompt.length - Math.min(prompt.length, options.sparsePromptTokens());
        sequence.prefill(prompt, sparseFrom, progress);
        sequence.readLogits(logits);
        long prefilled = System.nanoTime();
        while (reply.draw(logits)) {
            sequence.decode(reply.last());
            sequence.readLogits(logits);
        }
        return reply.finish(prompt.length, prefilled - start, System.nanoTime() - prefilled);
    }
}
