package dev.tarn.study.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.study.StudyException;
import dev.tarn.study.Tiny;
import dev.tarn.study.needle.Needle;
import dev.tarn.study.needle.NeedlePrompt;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FidelityStudyTest {
    private static Tiny tiny;

    @BeforeAll
    static void open() {
        tiny = new Tiny(2);
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    private static FidelityStudy study(FidelityOptions options, Tiny.Progress progress) {
        return new FidelityStudy(tiny.decoder, tiny.needles(), tiny.generator(), options, progress);
    }

    private static FidelityOptions options(String specs, List<Integer> contexts, int prompts, int needles) {
        return new FidelityOptions(AttentionSpecs.parseList(specs), contexts, prompts, needles, 3);
    }

    @Test
    void study_ofThreeAttentions_countsAnswersRecallAndBytes() {
        Tiny.Progress progress = new Tiny.Progress();
        FidelityOptions options = options("dsa:k=64,dense,random:k=32", List.of(512, 384), 2, 3);

        List<FidelityResult> results = study(options, progress).run();

        assertThat(results).extracting(FidelityResult::context).containsExactly(512, 512, 512, 384, 384, 384);
        assertThat(results)
                .extracting(result -> result.attention().split(",")[0])
                .containsExactly("dsa:k=64", "dense", "random:k=32", "dsa:k=64", "dense", "random:k=32");
        for (FidelityResult result : results) {
            assertThat(result.asked()).isEqualTo(6);
            assertThat(result.depths()).hasSize(5);
            assertThat(result.depths().stream()
                            .mapToInt(FidelityResult.Depth::asked)
                            .sum())
                    .isEqualTo(6);
            assertThat(result.depths().stream()
                            .mapToInt(FidelityResult.Depth::right)
                            .sum())
                    .isEqualTo(result.right());
            assertThat(result.decodeTokS()).isPositive();
        }
        requireReads(results);
        assertThat(progress.parts).containsExactly("needles at 512 tokens", "needles at 384 tokens");
        assertThat(progress.totals).containsExactly(8L, 8L).isEqualTo(progress.done);
    }

    /** Selections of a fixed k are that many entries in each layer; dense ones all positions up to the query's own. */
    private static void requireReads(List<FidelityResult> results) {
        FidelityResult dsa = results.get(0);
        FidelityResult dense = results.get(1);
        FidelityResult random = results.get(2);
        long entries =
                tiny.decoder.architecture().layers() * tiny.decoder.kvShape().entryBytes();
        assertThat(dsa.kvBytesPerToken()).isEqualTo(64.0 * entries);
        assertThat(random.kvBytesPerToken()).isEqualTo(32.0 * entries);
        assertThat(dense.kvBytesPerToken() / entries).isCloseTo(meanDense(512), within(1e-9));
        long index =
                tiny.decoder.architecture().layers() * tiny.decoder.kvShape().indexBytes();
        assertThat(dsa.indexBytesPerToken() / index).isCloseTo(meanDense(512), within(1e-9));
        assertThat(dense.indexBytesPerToken()).isZero();
        assertThat(dense.recall()).isCloseTo(1, within(1e-4));
        assertThat(dense.right()).isEqualTo(6);
        assertThat(dsa.recall()).isBetween(0.5, 0.9999);
        assertThat(random.recall()).isLessThan(dsa.recall());
    }

    /** Mean t + 1 over the positions of all questions and answers. */
    private static double meanDense(int length) {
        double sum = 0;
        long count = 0;
        for (int i = 0; i < 2; i++) {
            NeedlePrompt prompt = tiny.needles().generate(length, 3, 3 + i);
            for (Needle needle : prompt.needles()) {
                int tokens = needle.question().length + needle.answerTokens().length;
                for (int t = prompt.context().length; t < prompt.context().length + tokens; t++) {
                    sum += t + 1;
                    count++;
                }
            }
        }
        return sum / count;
    }

    @Test
    void check_ofWhatCannotBeAsked_isRefusedBeforeAnythingRuns() {
        Tiny.Progress progress = new Tiny.Progress();

        assertThatThrownBy(() -> study(options("dense", List.of(512, 9000), 1, 1), progress)
                        .check())
                .isInstanceOf(StudyException.class)
                .hasMessage("prompts of 9000 tokens do not fit the model's context of 8192; ask for shorter ones");
        assertThatThrownBy(() ->
                        study(options("dense", List.of(-3), 1, 1), progress).check())
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("leaves no room");
        assertThat(progress.parts).isEmpty();
    }

    @Test
    void options_outOfRange_areRefused() {
        assertThatThrownBy(() -> options("dense", List.of(512), 0, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options("dense", List.of(512), 1, 81)).hasMessageContaining("1 to 80 needles");
        assertThatThrownBy(() -> options("dense", List.of(), 1, 1)).hasMessageContaining("at least one");
    }
}
