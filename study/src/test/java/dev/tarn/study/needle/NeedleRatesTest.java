package dev.tarn.study.needle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.decode.Sequence;
import dev.tarn.study.Tiny;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Single facts found when question and answer read few tokens: the table "Single-needle accuracy" of models/tiny/REPORT.md,
 * whose 100 prompts a cell are others than these.
 */
class NeedleRatesTest {
    /** Prompts behind each cell of the report. */
    private static final int REPORTED = 100;

    private static int[] found(Tiny tiny, int length, int prompts, List<String> specs) {
        NeedleGenerator needles = tiny.needles();
        NeedleJudge judge = new NeedleJudge(tiny.generator());
        int[] found = new int[specs.size()];
        for (int seed = 0; seed < prompts; seed++) {
            NeedlePrompt prompt = needles.generate(length, 1, seed);
            try (Sequence context = tiny.dense()) {
                context.prefill(prompt.context(), Integer.MAX_VALUE, _ -> {});
                for (int i = 0; i < found.length; i++) {
                    boolean right = judge.isFound(
                            context,
                            tiny.attention(specs.get(i)),
                            prompt.needles().getFirst());
                    found[i] += right ? 1 : 0;
                }
            }
        }
        return found;
    }

    @Test
    void tenPrompts_readThroughTheIndexer_areAllRightAndThroughChanceAlmostNone() {
        try (Tiny tiny = new Tiny(2)) {
            int[] found = found(tiny, 1024, 10, List.of("dsa:k=256", "random:k=64", "window:k=64"));

            assertThat(found[0]).isEqualTo(10);
            assertThat(found[1]).isLessThanOrEqualTo(1);
            assertThat(found[2]).isLessThanOrEqualTo(2);
        }
    }

    @Tag("nightly")
    @ParameterizedTest(name = "{0} tokens: {1} at k=64, {2} at k=256")
    @CsvSource({"8192, 0.95, 1.00", "4096, 1.00, 1.00", "2048, 1.00, 1.00"})
    void hundredPrompts_readThroughTheIndexer_agreeWithTheReport(
            int length, double at64, double at256, TestReporter reporter) {
        try (Tiny tiny = new Tiny(2)) {
            int prompts = 100;
            int[] found = found(tiny, length, prompts, List.of("dsa:k=64", "dsa:k=256", "dense"));

            reporter.publishEntry(length + " tokens, n = " + prompts, "k=64 " + found[0] + ", k=256 " + found[1]);
            assertThat(found[2]).as("dense").isGreaterThanOrEqualTo(prompts - 1);
            requireAgreement(found[0], prompts, at64);
            requireAgreement(found[1], prompts, at256);
        }
    }

    /** Two standard errors of the difference of two shares, each of its own sample; the error of a share is never below 1/n. */
    private static void requireAgreement(int found, int prompts, double reported) {
        double measured = (double) found / prompts;
        double pooled = (found + reported * REPORTED) / (prompts + REPORTED);
        double error = Math.sqrt(pooled * (1 - pooled) * (1.0 / prompts + 1.0 / REPORTED));
        assertThat(Math.abs(measured - reported))
                .as("measured %.2f, reported %.2f, standard error %.3f", measured, reported, error)
                .isLessThanOrEqualTo(2 * Math.max(error, 1.0 / prompts));
    }
}
