package dev.tarn.study.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.decode.Generation;
import dev.tarn.engine.decode.GenerationOptions;
import dev.tarn.engine.decode.SamplingOptions;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.study.Tiny;
import dev.tarn.study.cells.Cells;
import dev.tarn.study.needle.Haystacks;
import dev.tarn.study.needle.Needle;
import dev.tarn.study.needle.NeedlePrompt;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TaskStudyTest {
    private static Tiny tiny;

    @BeforeAll
    static void open() {
        tiny = new Tiny(1);
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    private static TaskStudy study(List<String> tasks, int items, Cells cells) {
        return new TaskStudy(
                tiny.model,
                tiny.decoder,
                new TaskOptions(tasks, items, 5),
                Tiny.books(),
                "test",
                cells,
                new Tiny.Progress());
    }

    @Test
    void questions_askedDenselyAndSparsely_areCountedByTaskAndDepth() {
        TaskStudy study = study(List.of("multineedle", "words"), 6, new Cells());
        List<Map<String, TaskScore>> scores = study.run(400, AttentionSpecs.parseList("dense,random:k=8"));
        for (Map<String, TaskScore> byTask : scores) {
            assertThat(byTask).containsOnlyKeys("multineedle", "words");
            byTask.values().forEach(score -> assertThat(score.n()).isEqualTo(6));
            assertThat(Objects.requireNonNull(byTask.get("words")).right()).isBetween(0, 6);
        }
        TaskScore dense = Objects.requireNonNull(scores.getFirst().get("multineedle"));
        TaskScore random = Objects.requireNonNull(scores.getLast().get("multineedle"));
        assertThat(dense.right()).isEqualTo(6);
        assertThat(random.right()).isLessThanOrEqualTo(1);
        assertThat(dense.depths()).hasSize(Task.DEPTHS);
        assertThat(dense.depths().stream().mapToInt(TaskScore.Depth::n).sum()).isEqualTo(6);
        assertThat(dense.depths().stream().mapToInt(TaskScore.Depth::right).sum())
                .isEqualTo(6);
        assertThat(random.entries()).isEqualTo(8);
        assertThat(random.kvBytesPerToken())
                .isEqualTo(8.0 * 8 * tiny.decoder.kvShape().entryBytes());
        assertThat(Objects.requireNonNull(scores.getFirst().get("words")).depths())
                .isEmpty();
        assertThat(dense.rateError()).isZero();
    }

    /** One pass over the right answer says what greedy decoding, token by token, would have written. */
    @Test
    void judge_agreesWithGreedyDecoding() {
        Task task = Tasks.of("needle", new Haystacks(tiny.model, Tiny.books()), Tiny.books());
        AnswerJudge judge = new AnswerJudge(tiny.decoder, tiny.tokenizer());
        int right = 0;
        for (int i = 0; i < 6; i++) {
            NeedlePrompt prompt = task.prompt(350, i, 2);
            Needle needle = prompt.needles().getFirst();
            try (Sequence context = tiny.dense()) {
                context.prefill(prompt.context(), Integer.MAX_VALUE, _ -> {});
                for (String spec : List.of("dense", "dsa:k=12", "window:k=64")) {
                    boolean judged = judge.isRight(context, tiny.attention(spec), needle);
                    assertThat(judged).as(spec + " " + i).isEqualTo(written(context, spec, needle));
                    right += judged ? 1 : 0;
                }
            }
        }
        assertThat(right).isBetween(6, 17);
    }

    private static boolean written(Sequence context, String spec, Needle needle) {
        GenerationOptions options = new GenerationOptions(
                needle.answerTokens().length, needle.question().length, SamplingOptions.GREEDY, false);
        try (Sequence fork = context.fork(tiny.attention(spec))) {
            Generation generation = tiny.generator().generate(fork, needle.question(), options, _ -> {}, _ -> {});
            return Arrays.equals(generation.tokens(), needle.answerTokens());
        }
    }

    @Test
    void prefix_readFromWhatItHolds_isAsReadFromTheStart() {
        Task task = Tasks.of("needle", new Haystacks(tiny.model, Tiny.books()), Tiny.books());
        float[] kept = new float[tiny.decoder.architecture().vocabulary()];
        float[] fresh = new float[kept.length];
        try (DensePrefix prefix = new DensePrefix(tiny.decoder)) {
            for (int i = 0; i < 4; i++) {
                int[] tokens = task.prompt(300, i, 1).context();
                try (Sequence fork = prefix.read(tokens).fork(tiny.attention("dense"));
                        Sequence whole = tiny.dense()) {
                    assertThat(fork.length()).isEqualTo(tokens.length);
                    fork.decode(7);
                    fork.readLogits(kept);
                    whole.prefill(tokens, Integer.MAX_VALUE, _ -> {});
                    whole.decode(7);
                    whole.readLogits(fresh);
                }
                assertThat(kept).containsExactly(fresh, org.assertj.core.data.Offset.offset(1e-3f));
            }
        }
    }

    @Test
    void options_thatMeanNothing_areRefused() {
        assertThatThrownBy(() -> new TaskOptions(List.of("needles"), 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("task 'needles' is unknown; known are needle, multineedle, kv, variables, words, frequent");
        assertThatThrownBy(() -> new TaskOptions(List.of("kv"), 0, 0)).hasMessageContaining("items is 0");
    }
}
