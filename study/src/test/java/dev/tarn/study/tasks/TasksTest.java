package dev.tarn.study.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.study.StudyException;
import dev.tarn.study.Tiny;
import dev.tarn.study.needle.Haystacks;
import dev.tarn.study.needle.Needle;
import dev.tarn.study.needle.NeedlePrompt;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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
                assertThat(context).contains(needle.answer());
                assertThat(text(needle.question()))
                        .doesNotContain(needle.answer())
                        .contains("<|assistant|>The ");
                assertThat(text(needle.answerTokens()).strip()).isEqualTo(needle.answer());
                longest = Math.max(longest, needle.question().length + needle.answerTokens().length + 1);
            }
            assertThat(prompt.context().length + longest).isBetween(length - 40, length);
            NeedlePrompt again = task(name).prompt(length, index, seed);
            assertThat(again.context()).containsExactly(prompt.context());
            for (int i = 0; i < again.needles().size(); i++) {
                Needle needle = prompt.needles().get(i);
                assertThat(again.needles().get(i).depth()).isEqualTo(needle.depth());
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

    /** Followed from the number through every hop, each planted behind the one before, to the variable asked for. */
    @Test
    void variables_followedThroughTheirChain_giveTheAnswer() {
        NeedlePrompt prompt = task("variables").prompt(1500, 2, 5);
        String context = text(prompt.context());
        for (Needle needle : prompt.needles()) {
            Matcher asked = Pattern.compile("value of (\\w{5})\\?").matcher(text(needle.question()));
            assertThat(asked.find()).isTrue();
            String name = asked.group(1);
            int hops = 0;
            int before = context.length();
            Matcher hop;
            while ((hop = Pattern.compile("VAR " + name + " = VAR (\\w{5})\\.").matcher(context)).find()) {
                assertThat(hop.start()).isLessThan(before);
                before = hop.start();
                name = hop.group(1);
                hops++;
            }
            assertThat(hops).isEqualTo(1);
            assertThat(context).contains("VAR " + name + " = " + needle.answer() + ".");
        }
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

    @Test
    void commonWord_isFarMoreCommonThanAnyOther() {
        NeedlePrompt prompt = task("words").prompt(1200, 0, 5);
        List<String> words = text(prompt.context())
                .lines()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .toList();
        String answer = prompt.needles().getFirst().answer();
        int most = Collections.frequency(words, answer);
        assertThat(most).isEqualTo(words.size() / 5);
        assertThat(words.stream().filter(word -> !word.equals(answer)))
                .allMatch(word -> 3 * Collections.frequency(words, word) < most);
        assertThat(prompt.needles().getFirst().depth()).isNaN();
    }

    @ParameterizedTest
    @ValueSource(strings = {"needle", "multineedle", "kv", "variables", "words"})
    void length_withoutRoom_isRefused(String name) {
        assertThatThrownBy(() -> task(name).prompt(24, 0, 0)).isInstanceOf(StudyException.class);
    }
}
