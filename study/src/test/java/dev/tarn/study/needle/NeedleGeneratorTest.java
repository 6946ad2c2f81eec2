package dev.tarn.study.needle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.chat.ChatMessage;
import dev.tarn.engine.decode.PromptEncoder;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.ModelLocator;
import dev.tarn.study.StudyException;
import dev.tarn.study.Tiny;
import dev.tarn.study.text.TextSource;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeedleGeneratorTest {
    private static final Pattern FACT = Pattern.compile(" The secret number of (\\w+) is (\\d{5})\\.");
    /** Tokens between a wished depth and the next sentence border, in these books. */
    private static final int LONGEST_SENTENCE = 250;

    private static ModelFile model;
    private static NeedleGenerator generator;

    @BeforeAll
    static void open() {
        model = ModelFile.open(ModelLocator.find(ModelLocator.TINY));
        generator = new NeedleGenerator(model, Tiny.books());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @ParameterizedTest(name = "{1} facts in {0} tokens, seed {2}")
    @CsvSource({"512, 1, 0", "512, 4, 1", "1024, 1, 2", "1024, 7, 3", "2048, 4, 4", "2048, 16, 5", "8192, 4, 6"})
    void prompt_longestQuestionAndAnswer_takeExactlyTheLength(int length, int needles, long seed) {
        NeedlePrompt prompt = generator.generate(length, needles, seed);

        int longest = prompt.needles().stream()
                .mapToInt(needle -> needle.question().length + needle.answerTokens().length + 1)
                .max()
                .orElseThrow();
        assertThat(prompt.needles()).hasSize(needles);
        assertThat(prompt.context().length + longest).isEqualTo(length).isEqualTo(prompt.length());
    }

    @ParameterizedTest(name = "{1} facts in {0} tokens, seed {2}")
    @CsvSource({"512, 1, 0", "1024, 4, 1", "2048, 1, 2", "2048, 16, 3", "4096, 4, 4", "4096, 1, 5"})
    void facts_standOnceEach_atSentenceBordersNearTheirDepth(int length, int needles, long seed) {
        NeedlePrompt prompt = generator.generate(length, needles, seed);
        String text = model.tokenizer().decode(prompt.context());
        int book = model.tokenizer().encode(FACT.matcher(text).replaceAll(""), true).length;

        Matcher facts = FACT.matcher(text);
        for (Needle needle : prompt.needles()) {
            assertThat(facts.find()).isTrue();
            assertThat(facts.group(2)).isEqualTo(needle.answer());
            assertThat(model.tokenizer().decode(needle.question()))
                    .isEqualTo("\nWhat is the secret number of " + facts.group(1) + "?<|assistant|>");
            assertThat(model.tokenizer().decode(needle.answerTokens())).isEqualTo(" " + needle.answer());
            assertThat(text.substring(0, facts.start())).matches("(?s).*[.!?][\"')]{0,2}");
            String before = FACT.matcher(text.substring(0, facts.start())).replaceAll("");
            assertThat((double) model.tokenizer().encode(before, true).length)
                    .isBetween(needle.depth() * book - LONGEST_SENTENCE, needle.depth() * book + LONGEST_SENTENCE);
            assertThat(text.indexOf(facts.group(), facts.end())).isNegative();
        }
        assertThat(facts.find()).isFalse();
    }

    @Test
    void prompt_isDecidedByItsSeed() {
        NeedlePrompt one = generator.generate(1024, 4, 7);
        NeedlePrompt again = new NeedleGenerator(model, Tiny.books()).generate(1024, 4, 7);

        assertThat(again.context()).isEqualTo(one.context());
        assertThat(again.needles()).usingRecursiveComparison().isEqualTo(one.needles());
        assertThat(generator.generate(1024, 4, 8).context()).isNotEqualTo(one.context());
        assertThat(IntStream.range(0, 50)
                        .mapToObj(seed ->
                                generator.generate(512, 1, seed).needles().getFirst())
                        .map(needle -> needle.answer() + Arrays.toString(needle.question()))
                        .distinct())
                .hasSize(50);
    }

    /** A text is cut inside a word where the length says so, and half a word may be other tokens when it is read alone. */
    @Test
    void prompt_asAUsersMessage_isWhatTheChatFormMakesOfItsText() {
        PromptEncoder encoder = new PromptEncoder(model);
        int same = 0;
        for (int seed = 0; seed < 40; seed++) {
            NeedlePrompt prompt = generator.generate(1024, 4, seed);
            for (Needle needle : prompt.needles()) {
                int[] ids = concat(prompt.context(), needle.question());
                String message = model.tokenizer().decode(ids, false);
                int[] chat = encoder.chat(List.of(ChatMessage.of("user", message)));
                assertThat(model.tokenizer().decode(chat))
                        .isEqualTo(model.tokenizer().decode(ids));
                int differs = Arrays.mismatch(chat, ids);
                same += differs < 0 ? 1 : 0;
                assertThat(differs < 0 || differs > prompt.context().length - 8).isTrue();
            }
        }
        assertThat(same).isGreaterThan(100);
    }

    private static int[] concat(int[] a, int[] b) {
        return IntStream.concat(IntStream.of(a), IntStream.of(b)).toArray();
    }

    @Test
    void lengthWithoutRoomForText_isRefusedWithWhatIsMissing() {
        assertThatThrownBy(() -> generator.generate(60, 4, 0))
                .isInstanceOf(StudyException.class)
                .hasMessageMatching("a prompt of 60 tokens leaves no room for text around 4 facts and a question;"
                        + " make it longer by \\d+ or plant fewer");
    }

    @Test
    void textsTooShort_areRefused() {
        NeedleGenerator few = new NeedleGenerator(model, List.of(new TextSource("a.txt", "One. Two.\nThree.")));
        NeedleGenerator none = new NeedleGenerator(model, List.of(new TextSource("a.txt", "")));

        for (NeedleGenerator poor : List.of(few, none)) {
            assertThatThrownBy(() -> poor.generate(512, 1, 0))
                    .isInstanceOf(StudyException.class)
                    .hasMessageMatching("no text is long enough for a passage of \\d+ tokens; give longer texts");
        }
    }
}
