package dev.tarn.study.needle;

import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.decode.Generation;
import dev.tarn.engine.decode.GenerationOptions;
import dev.tarn.engine.decode.Generator;
import dev.tarn.engine.decode.SamplingOptions;
import dev.tarn.engine.decode.Sequence;

/**
 * Asks for planted facts: question and answer attend by the attention under test, the text before them densely. An answer is
 * right if it is exactly the fact, with its end token.
 */
public final class NeedleJudge {
    private final Generator generator;

    /** A judge that generates with {@code generator}. */
    public NeedleJudge(Generator generator) {
        this.generator = generator;
    }

    /** Forks a sequence that has read the prompt's text and asks for one fact. */
    public boolean isFound(Sequence context, Attention attention, Needle needle) {
        GenerationOptions options = new GenerationOptions(
                needle.answerTokens().length + 1, needle.question().length, SamplingOptions.GREEDY, true);
        try (Sequence fork = context.fork(attention)) {
            Generation answer = generator.generate(fork, needle.question(), options, _ -> {}, _ -> {});
            return answer.finishReason().equals("stop") && answer.text().strip().equals(needle.answer());
        }
    }
}
