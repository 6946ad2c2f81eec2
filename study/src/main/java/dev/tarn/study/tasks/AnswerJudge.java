package dev.tarn.study.tasks;

import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.decode.GenerationOptions;
import dev.tarn.engine.decode.Generator;
import dev.tarn.engine.decode.Sampler;
import dev.tarn.engine.decode.SamplingOptions;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.tokenize.Tokenizer;
import dev.tarn.study.needle.Needle;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Asks a question after a context that was read densely; question and answer attend by the attention under test. Right is an answer
 * each of whose tokens is the likeliest after those before it: exactly then greedy decoding writes it, so one pass over it decides. Of
 * a set the answer is written by greedy decoding, and each member that stands in it as a word of its own is right (RULER's measure).
 */
final class AnswerJudge {
    private static final Pattern WORD = Pattern.compile("\\p{L}+");

    private final Decoder decoder;
    private final Generator generator;
    private final float[] logits;

    AnswerJudge(Decoder decoder, Tokenizer tokenizer) {
        this.decoder = decoder;
        this.generator = new Generator(tokenizer, decoder.architecture().vocabulary());
        this.logits = new float[decoder.architecture().vocabulary()];
    }

    /** How many of the things asked for were answered right. */
    int right(Sequence context, Attention attention, Needle needle) {
        return needle.names().isEmpty()
                ? isRight(context, attention, needle) ? 1 : 0
                : found(written(context, attention, needle), needle.names());
    }

    private String written(Sequence context, Attention attention, Needle needle) {
        GenerationOptions options =
                new GenerationOptions(needle.mostTokens(), needle.question().length, SamplingOptions.GREEDY, true);
        try (Sequence fork = context.fork(attention)) {
            return generator
                    .generate(fork, needle.question(), options, _ -> {}, _ -> {})
                    .text();
        }
    }

    /** Names that stand in a text as words of their own, whatever their case. */
    static int found(String text, List<String> names) {
        Set<String> words = WORD.matcher(text)
                .results()
                .map(word -> word.group().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        return (int) names.stream()
                .filter(name -> words.contains(name.toLowerCase(Locale.ROOT)))
                .count();
    }

    boolean isRight(Sequence context, Attention attention, Needle needle) {
        int[] question = needle.question();
        int[] answer = needle.answerTokens();
        int[] scored = new int[answer.length];
        scored[0] = question[question.length - 1];
        System.arraycopy(answer, 0, scored, 1, answer.length - 1);
        try (Sequence fork = context.fork(attention)) {
            if (question.length > 1) {
                fork.prefill(Arrays.copyOf(question, question.length - 1), 0, _ -> {});
            }
            fork.prefill(scored, 0, _ -> {});
            Tensor rows = decoder.logits(0, scored.length);
            for (int i = 0; i < answer.length; i++) {
                rows.read(i, 0, logits.length, logits, 0);
                if (Sampler.argmax(logits) != answer[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
