package dev.tarn.study.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.ModelLocator;
import dev.tarn.study.StudyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentencesTest {
    private static ModelFile model;

    @BeforeAll
    static void open() {
        model = ModelFile.open(ModelLocator.find(ModelLocator.TINY));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static List<String> cut(String text) {
        Sentences sentences = new Sentences(text, model.tokenizer());
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < sentences.count(); i++) {
            texts.add(model.tokenizer().decode(sentences.tokens(i)));
        }
        return texts;
    }

    @Test
    void sentences_endAtMarksAndClosingQuotesButNotAtTitlesAndInitials() {
        assertThat(
                        cut(
                                "It rained. \"Is Mr. Dance in?\" I asked. Dr. J. Livesey came! No one spoke at 3.30 a.m. today."))
                .containsExactly(
                        "It rained.",
                        " \"Is Mr. Dance in?\"",
                        " I asked.",
                        " Dr. J. Livesey came!",
                        " No one spoke at 3.30 a.m. today.");
    }

    @Test
    void paragraphs_areLines_blankOnesLeftOut() {
        Sentences sentences = new Sentences("\nOne. Two.\n\n  Three.  \n", model.tokenizer());

        assertThat(cut("\nOne. Two.\n\n  Three.  \n")).containsExactly("One.", " Two.", "\nThree.");
        assertThat(sentences.paragraphStarts()).containsExactly(0, 2);
    }

    @Test
    void sentences_ofABook_joinToItsParagraphs() {
        TextSource book =
                TextSource.read(ModelLocator.embedded(Path.of("text"))).getFirst();
        String start = book.content().substring(0, 20_000);
        Sentences sentences = new Sentences(start, model.tokenizer());

        int[] all = IntStream.range(0, sentences.count())
                .mapToObj(sentences::tokens)
                .flatMapToInt(IntStream::of)
                .toArray();

        String paragraphs = String.join(
                "\n",
                start.lines().filter(line -> !line.isBlank()).map(String::strip).toList());
        assertThat(model.tokenizer().decode(all)).isEqualTo(paragraphs);
        assertThat(all).isEqualTo(model.tokenizer().encode(paragraphs, false));
    }

    @Test
    void texts_ofAFolder_comeByNameAndOnlyTxt(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("b.txt"), "B");
        Files.writeString(folder.resolve("a.txt"), "A");
        Files.writeString(folder.resolve("README.md"), "no");

        assertThat(TextSource.read(folder)).containsExactly(new TextSource("a.txt", "A"), new TextSource("b.txt", "B"));
        assertThat(TextSource.read(folder.resolve("b.txt"))).containsExactly(new TextSource("b.txt", "B"));
    }

    @Test
    void texts_absentEmptyOrBinary_areRefusedInOneLine(@TempDir Path folder) throws IOException {
        Path binary = Files.write(folder.resolve("x.bin"), new byte[] {(byte) 0xff, 0, 1});

        assertThatThrownBy(() -> TextSource.read(folder.resolve("none")))
                .isInstanceOf(StudyException.class)
                .hasMessage(folder.resolve("none") + ": cannot be read; give a text file or a folder of .txt files");
        assertThatThrownBy(() -> TextSource.read(folder))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("holds no .txt file");
        assertThatThrownBy(() -> TextSource.read(binary))
                .isInstanceOf(StudyException.class)
                .hasMessage(binary + ": is not UTF-8 text; convert it first");
    }
}
