package dev.tarn.study.tasks;

import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.decode.Sampler;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.model.Decoder;
import dev.tarn.study.needle.Needle;
import java.util.Arrays;

/**
 * Asks a question after a context that was read densely; question and answer attend by the attention under test. Right is an answer
 * each of whose tokens is the likeliest after those before it: exactly then greedy decoding writes it, so one pass over it decides.
 */
final class AnswerJudge {
    private final Decoder decoder;
    private final float[] logits;

    AnswerJudge(Decoder decoder) {
        this.decoder = decoder;
        this.logits = new float[decoder.architecture().vocabulary()];
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
