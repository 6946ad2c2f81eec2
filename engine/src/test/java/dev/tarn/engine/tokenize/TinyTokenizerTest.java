package dev.tarn.engine.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.format.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The embedded model's tokenizer against what the tokenizers library makes of its tokenizer.json. */
class TinyTokenizerTest {
    private static final Path TINY = Path.of(System.getProperty("tarn.home"), "models", "tiny");
    private static GgufFile file;
    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() {
        file = GgufFile.open(TINY.resolve("tiny-reader-7m-q8_0.gguf"));
        tokenizer = GgufTokenizer.read(file.metadata());
    }

    @AfterAll
    static void close() {
        file.close();
    }

    static Stream<JsonNode> strings() throws IOException {
        try (var in = TinyTokenizerTest.class.getResourceAsStream("/tokenize/tiny.json")) {
            return JsonMapper.shared().readTree(in).valueStream().toList().stream();
        }
    }

    private static int[] ids(JsonNode node) {
        return node.valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    @ParameterizedTest
    @MethodSource("strings")
    void encode_trickyStrings_agreeWithTokenizersLibrary(JsonNode expected) {
        var text = expected.get("text").stringValue();
        assertThat(tokenizer.encode(text, true)).isEqualTo(ids(expected.get("ids")));
        assertThat(tokenizer.encode(text, false)).isEqualTo(ids(expected.get("plain_ids")));
    }

    @ParameterizedTest
    @MethodSource("strings")
    void decode_whatWasEncoded_isTheText(JsonNode expected) {
        var text = expected.get("text").stringValue();
        assertThat(tokenizer.decode(ids(expected.get("ids")))).isEqualTo(text);
        assertThat(tokenizer.decode(ids(expected.get("plain_ids")))).isEqualTo(text);
        var streamed = new StringBuilder();
        var decoder = new StreamingDecoder(tokenizer, true);
        for (int id : ids(expected.get("plain_ids"))) {
            var piece = decoder.append(id);
            assertThat(text.contains("\uFFFD") || !piece.contains("\uFFFD")).isTrue();
            streamed.append(piece);
        }
        assertThat(streamed.append(decoder.flush())).hasToString(text);
    }

    @Test
    void encode_needlePrompts_haveTheRecordedTokenCounts() throws IOException {
        for (var line : Files.readAllLines(TINY.resolve("needle_eval.jsonl"))) {
            var item = JsonMapper.shared().readTree(line);
            var prompt = item.get("prompt").stringValue();
            int[] ids = tokenizer.encodeWithBos(prompt, true);
            assertThat(ids).hasSize(item.get("tokens").intValue());
            assertThat(tokenizer.decode(ids)).isEqualTo("<|endoftext|>" + prompt);
        }
    }

    @Test
    void metadata_specialTokens_areKnown() {
        assertThat(tokenizer.vocabularySize()).isEqualTo(4096);
        assertThat(tokenizer.bos()).isZero();
        assertThat(tokenizer.eos()).isZero();
        assertThat(tokenizer.addsBos()).isTrue();
        assertThat(tokenizer.isEnd(0)).isTrue();
        assertThat(tokenizer.isEnd(1)).isFalse();
        assertThat(tokenizer.isSpecial(2)).isTrue();
        assertThat(tokenizer.id("<|assistant|>")).isEqualTo(2);
        assertThat(tokenizer.id("no such token")).isEqualTo(-1);
        assertThat(tokenizer.token(1)).isEqualTo("<|user|>");
        assertThat(tokenizer.decode(new int[] {1, 0}, false)).isEmpty();
    }

    @Test
    void encodeWithBos_textThatBeginsWithIt_isNotGivenASecond() {
        assertThat(tokenizer.encodeWithBos("<|endoftext|>", true)).containsExactly(0);
        assertThat(tokenizer.encodeWithBos("", true)).containsExactly(0);
    }

    @Test
    void token_idOutsideVocabulary_isRefused() {
        assertThatThrownBy(() -> tokenizer.token(4096))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("4096")
                .hasMessageContaining("4095");
    }
}
