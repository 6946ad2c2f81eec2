package dev.tarn.study.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.study.StudyException;
import dev.tarn.study.Tiny;
import dev.tarn.study.needle.Haystacks;
import dev.tarn.study.needle.Needle;
import dev.tarn.study.needle.NeedlePrompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TasksTest {
    private static Tiny tiny;
    private static Haystacks haystacks;

    @BeforeAll
    static void open() {
        tiny = new Tiny(1);
        haystacks = new Haystacks(tiny.model, Tiny.books());
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    private static Task task(String name) {
        return Tasks.of(name, haystacks, Tiny.books());
    }

    private static String text(int[] tokens) {
        return tiny.tokenizer().decode(tokens, true);
    }

    static Stream<Arguments> prompts() {
        return Tasks.names().stream()
                .flatMap(name -> Stream.of(
                        Arguments.of(name, 400, 0L), Arguments.of(name, 701, 1L), Arguments.of(name, 2048, 7L)));
    }

    @ParameterizedTest(name = "{0} of {1} tokens, seed {2}")
    @MethodSource("prompts")
    void prompts_haveTheirAnswersInside_fitTheirLength_andComeAgain(String name, int length, long seed) {
        for (int index = 0; index < 3; index++) {
            NeedlePrompt prompt = task(name).prompt(length, index, seed);
            String context = text(prompt.context());
            assertThat(prompt.needles()).isNotEmpty();
            int longest = 0;
            for (Needle needle : prompt.needles()) {
                List<String> answers = needle.names().isEmpty() ? List.of(needle.answer()) : needle.names();
                assertThat(answers).hasSize(needle.asked()).doesNotHaveDuplicates();
                assertThat(context).contains(answers);
                String lead = needle.names().size() == 5 ? "<|assistant|>According to " : "<|assistant|>The ";
                assertThat(text(needle.question())).doesNotContain(answers).contains(lead);
                assertThat(text(needle.answerTokens()).strip()).isEqualTo(String.join(" ", answers));
                longest = Math.max(longest, needle.question().length + needle.mostTokens() + 1);
            }
            assertThat(prompt.context().length + longest).isBetween(length - 40, length);
            NeedlePrompt again = task(name).prompt(length, index, seed);
            assertThat(again.context()).containsExactly(prompt.context());
            for (int i = 0; i < again.needles().size(); i++) {
                Needle needle = prompt.needles().get(i);
                assertThat(Double.compare(again.needles().get(i).depth(), needle.depth()))
                        .isZero();
                assertThat(again.needles().get(i).question()).containsExactly(needle.question());
                assertThat(again.needles().get(i).answer()).isEqualTo(needle.answer());
            }
            assertThat(task(name).prompt(length, index, seed + 1).context()).isNotEqualTo(prompt.context());
        }
    }

    @Test
    void needles_ofOneStretch_standAtEveryDepthAndShareTheirBeginning() {
        Task task = task("needle");
        int[] first = task.prompt(1024, 0, 3).context();
        for (int share = 0; share < Task.DEPTHS; share++) {
            NeedlePrompt prompt = task.prompt(1024, share, 3);
            Needle needle = prompt.needles().getFirst();
            assertThat((int) (needle.depth() * Task.DEPTHS)).isEqualTo(share);
            if (share > 1) {
                assertThat(Arrays.mismatch(
                                prompt.context(), task.prompt(1024, 1, 3).context()))
                        .isGreaterThan(100);
            }
            assertThat(Arrays.mismatch(first, prompt.context())).isNotEqualTo(0);
        }
        int[] other = task.prompt(1024, Task.DEPTHS, 3).context();
        assertThat(Arrays.mismatch(first, other)).isLessThan(20);
    }

    /** Two chains of a number and four hops, each behind the one before; one of them is asked for, whole. */
    @Test
    void variables_followedFromTheValue_areTheNamesAskedFor() {
        NeedlePrompt prompt = task("variables").prompt(1500, 2, 5);
        String context = text(prompt.context());
        Needle needle = prompt.needles().getFirst();
        Matcher value = Pattern.compile("assigned the value (\\d{5}) in").matcher(text(needle.question()));
        assertThat(value.find()).isTrue();
        assertThat(Pattern.compile("VAR \\w{5} = \\d{5}\\.").matcher(context).results())
                .hasSize(2);
        assertThat(Pattern.compile("VAR \\w{5} = VAR \\w{5}\\.")
                        .matcher(context)
                        .results())
                .hasSize(8);
        List<String> names = new ArrayList<>();
        String assigned = value.group(1);
        int before = -1;
        Matcher hop;
        while ((hop = Pattern.compile("VAR (\\w{5}) = " + assigned + "\\.").matcher(context)).find()) {
            assertThat(hop.start()).isGreaterThan(before);
            before = hop.start();
            names.add(hop.group(1));
            assigned = "VAR " + hop.group(1);
        }
        assertThat(names).hasSize(5).isEqualTo(needle.names());
    }

    @Test
    void keyValues_areDistinctAndAskedForAtTheirDepth() {
        NeedlePrompt prompt = task("kv").prompt(900, 1, 5);
        List<String> lines = text(prompt.context()).lines().toList();
        assertThat(lines.stream().map(line -> line.split(":")[0])).doesNotHaveDuplicates();
        for (Needle needle : prompt.needles()) {
            Matcher asked = Pattern.compile("value of ([\\w-]+)\\?").matcher(text(needle.question()));
            assertThat(asked.find()).isTrue();
            int at = (int) (needle.depth() * lines.size());
            assertThat(lines.get(at)).endsWith(asked.group(1) + ": " + needle.answer());
        }
    }

    @ParameterizedTest
    @CsvSource({"600, 3, 6, 1", "1500, 10, 6, 1", "4600, 10, 30, 3"})
    void commonWords_comeAsOftenAsRulers(int length, int asked, int times, int others) {
        NeedlePrompt prompt = task("words").prompt(length, 0, 5);
        List<String> lines = text(prompt.context()).lines().toList();
        Map<String, Long> counts = lines.stream()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .collect(Collectors.groupingBy(word -> word, Collectors.counting()));
        List<String> names = prompt.needles().getFirst().names();
        assertThat(names)
                .hasSize(asked)
                .allSatisfy(name -> assertThat(counts.remove(name)).isEqualTo(times));
        assertThat(counts.values()).hasSizeGreaterThan(10).containsOnly((long) others);
        assertThat(lines.getLast()).startsWith(lines.size() + ". ");
        assertThat(prompt.needles().getFirst().depth()).isNaN();
    }

    /** Zipf's law with exponent 2: rank r comes 1 / r² as often as rank 1, which is noise. */
    @ParameterizedTest
    @ValueSource(ints = {400, 3000})
    void frequentWords_fallBySquaresBehindTheNoise(int length) {
        NeedlePrompt prompt = task("frequent").prompt(length, 1, 5);
        String context = text(prompt.context());
        Map<String, Long> counts = Arrays.stream(context.substring(context.indexOf("<|user|>") + "<|user|>".length())
                        .split("\\s+"))
                .collect(Collectors.groupingBy(word -> word, Collectors.counting()));
        List<String> names = prompt.needles().getFirst().names();
        double noise = counts.get("...");
        for (int i = 0; i < 3; i++) {
            assertThat((double) counts.remove(names.get(i))).isCloseTo(noise / ((i + 2) * (i + 2)), within(1.5));
        }
        counts.remove("...");
        assertThat(counts.values())
                .allSatisfy(count -> assertThat((double) count).isLessThanOrEqualTo(noise / 25 + 1.5));
    }

    @Test
    void found_countsWordsOfTheirOwn_inAnyOrderAndCase() {
        List<String> names = List.of("other", "garden", "OXUPQ");
        assertThat(AnswerJudge.found(" 1. Garden, 2. another 3. oxupq.", names)).isEqualTo(2);
        assertThat(AnswerJudge.found("garden garden", names)).isEqualTo(1);
        assertThat(AnswerJudge.found("", names)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"needle", "multineedle", "kv", "variables", "words", "frequent"})
    void length_withoutRoom_isRefused(String name) {
        assertThatThrownBy(() -> task(name).prompt(24, 0, 0)).isInstanceOf(StudyException.class);
    }
}
