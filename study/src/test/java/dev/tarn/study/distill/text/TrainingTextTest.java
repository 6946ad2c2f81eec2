package dev.tarn.study.distill.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.ModelLocator;
import dev.tarn.study.StudyException;
import dev.tarn.study.Tiny;
import dev.tarn.study.text.TextSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingTextTest {
    private static ModelFile model;
    private static List<TextSource> books;

    @BeforeAll
    static void open() {
        model = ModelFile.open(ModelLocator.find(ModelLocator.TINY));
        books = Tiny.books();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static TrainingText text(double facts, long seed) {
        return new TrainingText(model, books, new TextMix(Map.of(512, 1.0, 2048, 1.0), facts, seed));
    }

    @Test
    void window_sameSeedAndNumber_isTheSameInAnyOrder() {
        TrainingText first = text(0.5, 7);
        TrainingText second = text(0.5, 7);
        for (int i = 9; i >= 0; i--) {
            second.window(i);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(first.window(i).tokens()).isEqualTo(second.window(i).tokens());
        }
        assertThat(first.window(0).tokens()).isNotEqualTo(text(0.5, 8).window(0).tokens());
        assertThat(first.window(0).tokens()).isNotEqualTo(first.window(1).tokens());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void window_withFacts_asksInTheModelsFormForWhatStandsInTheText(long seed) {
        TrainingText text = text(1, seed);
        for (int i = 0; i < 20; i++) {
            TextWindow window = text.window(i);
            int[] tokens = window.tokens();
            assertThat(tokens.length).isIn(512, 2048);
            assertThat(window.tail()).isBetween(tokens.length / 4, tokens.length - 4);
            String before = model.tokenizer().decode(Arrays.copyOf(tokens, window.tail()));
            String tail = model.tokenizer().decode(Arrays.copyOfRange(tokens, window.tail(), tokens.length));
            assertThat(before).startsWith("<|endoftext|><|user|>").doesNotContain("<|assistant|>");
            for (String turn : tail.split("<\\|user\\|>")) {
                assertThat(turn).as(tail).contains("<|assistant|> ");
                String answer =
                        turn.substring(turn.indexOf("<|assistant|> ") + 14).replace("<|endoftext|>", "");
                String kernel =
                        answer.replaceAll("^(in|The|Remember that the) ", "").replaceAll("\\.$", "");
                assertThat(before).as(turn).contains(kernel);
            }
        }
    }

    @Test
    void window_plain_beginsWithTheModelsBeginningAndHasNoQuestions() {
        TextWindow window = text(0, 3).window(5);

        assertThat(window.tail()).isEqualTo(window.tokens().length);
        assertThat(window.tokens()[0]).isEqualTo(model.tokenizer().bos());
        assertThat(model.tokenizer().decode(window.tokens())).doesNotContain("<|user|>");
    }

    @Test
    void window_manyDrawn_haveAboutTheSharesAskedFor() {
        TrainingText text = text(0.3, 11);
        int withFacts = 0;
        int shorter = 0;
        for (int i = 0; i < 400; i++) {
            TextWindow window = text.window(i);
            withFacts += window.tail() < window.tokens().length ? 1 : 0;
            shorter += window.tokens().length == 512 ? 1 : 0;
        }
        assertThat(withFacts).isBetween(80, 160);
        assertThat(shorter).isBetween(160, 240);
    }

    @Test
    void texts_tooShort_areRefusedInOneLine() {
        List<TextSource> brief = List.of(new TextSource("brief.txt", "It was. It is not."));

        assertThatThrownBy(() -> new TrainingText(model, brief, new TextMix(Map.of(512, 1.0), 0, 1)))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("512 tokens")
                .hasMessageNotContaining("\n");
    }

    /** Indexers are judged by needles of this wording; training must not see it. */
    @Test
    void facts_never_haveTheWordingOfTheNeedles() {
        FactGenerator facts = new FactGenerator();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
        assertThat(facts.templates()).isGreaterThan(20);
        for (int template = 0; template < facts.templates(); template++) {
            for (int i = 0; i < 50; i++) {
                Fact fact = facts.fill(random, template);
                assertThat(fact.statement())
                        .doesNotContainIgnoringCase("secret number")
                        .doesNotContain("{");
                assertThat(fact.statement()).as(fact.toString()).contains(fact.value());
                assertThat(fact.question()).endsWith("?").doesNotContain("{").doesNotContain(fact.value());
            }
        }
    }

    @Test
    void draw_alikeOrNot_neverAsksTheSameTwice() {
        FactGenerator facts = new FactGenerator();
        for (long seed = 0; seed < 40; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            List<Fact> drawn = facts.draw(random, 8, seed % 2 == 0);
            assertThat(drawn).hasSize(8).extracting(Fact::question).doesNotHaveDuplicates();
            if (seed % 2 == 0) {
                assertThat(drawn)
                        .extracting(Fact::template)
                        .containsOnly(drawn.getFirst().template());
            }
        }
    }
}
