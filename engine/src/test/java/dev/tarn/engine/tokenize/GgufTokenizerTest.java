package dev.tarn.engine.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.format.GgufBuilder;
import dev.tarn.engine.format.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Vocabularies in GGUF metadata: SentencePiece's against the sentencepiece library, pre-tokenizers by name. */
class GgufTokenizerTest {
    @TempDir
    private Path folder;

    private static JsonNode json(String resource) throws IOException {
        try (var in = GgufTokenizerTest.class.getResourceAsStream(resource)) {
            return JsonMapper.shared().readTree(in);
        }
    }

    private Tokenizer tokenizer(GgufBuilder builder) throws IOException {
        try (var file = GgufFile.open(Files.write(folder.resolve("m.gguf"), builder.build()))) {
            return GgufTokenizer.read(file.metadata());
        }
    }

    private static GgufBuilder scored(JsonNode vocabulary) {
        var tokens = vocabulary.get("tokens");
        var scores = new float[tokens.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = vocabulary.get("scores").get(i).floatValue();
        }
        return new GgufBuilder()
                .put("tokenizer.ggml.model", "llama")
                .put("tokenizer.ggml.pre", "default")
                .put(
                        "tokenizer.ggml.tokens",
                        tokens.valueStream().map(JsonNode::stringValue).toArray(String[]::new))
                .put("tokenizer.ggml.scores", scores)
                .put("tokenizer.ggml.token_type", HuggingFaceTokenizerTest.ids(vocabulary.get("types")))
                .put("tokenizer.ggml.add_space_prefix", vocabulary.get("prefix").booleanValue())
                .put("tokenizer.ggml.bos_token_id", 1)
                .put("tokenizer.ggml.eos_token_id", 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spm-prefix", "spm-plain"})
    void encodeAndDecode_scoredVocabulary_agreesWithSentencepiece(String name) throws IOException {
        var vocabulary = json("/tokenize/" + name + ".json");
        var tokenizer = tokenizer(scored(vocabulary));
        assertThat(tokenizer.addsBos()).isTrue();
        for (var item : vocabulary.get("strings")) {
            var text = item.get("text").stringValue();
            int[] ids = HuggingFaceTokenizerTest.ids(item.get("ids"));
            assertThat(tokenizer.encode(text, true)).as(text).isEqualTo(ids);
            assertThat(tokenizer.decode(ids)).isEqualTo(item.get("decoded").stringValue());
        }
    }

    @Test
    void encode_controlTokensInText_areTextUnlessAskedFor() throws IOException {
        var tokenizer = tokenizer(scored(json("/tokenize/spm-plain.json")));
        assertThat(tokenizer.encode("</s>", true)).containsExactly(2);
        assertThat(tokenizer.encode("</s>", false)).hasSizeGreaterThan(1).doesNotContain(2);
        int turn = tokenizer.id("<start_of_turn>");
        assertThat(tokenizer.encode("<start_of_turn>", false)).containsExactly(turn);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt-2",
                "smollm",
                "llama-bpe",
                "qwen2",
                "tekken",
                "gpt-4o",
                "deepseek-v3",
                "deepseek-llm",
                "deepseek-coder",
                "default"
            })
    void split_namedPreTokenizer_agreesWithTokenizersLibrary(String name) throws IOException {
        var split = NamedPreTokenizer.named(name).split();
        for (var item : json("/tokenize/pretokenizers.json").get(name)) {
            var pieces = item.get("pieces").valueStream().map(JsonNode::stringValue);
            assertThat(split.split(item.get("text").stringValue(), true)).containsExactlyElementsOf(pieces.toList());
        }
    }

    private static GgufBuilder byteLevel() {
        return new GgufBuilder()
                .put("tokenizer.ggml.model", "gpt2")
                .put("tokenizer.ggml.pre", "gpt-2")
                .put("tokenizer.ggml.tokens", new String[] {"a", "b", "ab", "<|im_end|>"})
                .put("tokenizer.ggml.token_type", new int[] {1, 1, 1, 3})
                .put("tokenizer.ggml.merges", new String[] {"a b"});
    }

    @Test
    void encode_smallByteLevelVocabulary_merges() throws IOException {
        var tokenizer = tokenizer(byteLevel());
        assertThat(tokenizer.encode("aabb<|im_end|>", true)).containsExactly(0, 2, 1, 3);
        assertThat(tokenizer.bos()).isEqualTo(-1);
        assertThat(tokenizer.addsBos()).isFalse();
        assertThat(tokenizer.isEnd(3)).isTrue();
    }

    @Test
    void encode_spaceMarkedMerges_splitAtNewlinesAndFallBackToBytes() throws IOException {
        var tokenizer = tokenizer(new GgufBuilder()
                .put("tokenizer.ggml.model", "gemma4")
                .put("tokenizer.ggml.tokens", new String[] {"\u2581", "a", "\u2581a", "\n", "\n\n", "<0xC3>", "<0xA9>"})
                .put("tokenizer.ggml.merges", new String[] {"\u2581 a", "\n \n"}));
        int[] ids = tokenizer.encode("a a\n\n\u00e9", true);
        assertThat(ids).containsExactly(1, 2, 4, 5, 6);
        assertThat(tokenizer.decode(ids)).isEqualTo("a a\n\n\u00e9");
    }

    @Test
    void split_patternThatBacktracksWithoutEnd_isAnErrorNotAHang() {
        var split = RegexSplit.isolated("(?:a|aa)+(c)\\1");
        assertThatThrownBy(() -> split.split("a".repeat(60) + "b", true))
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll("(?:a|aa)+", "61");
    }

    private void assertRefused(Consumer<GgufBuilder> change, String... parts) {
        var builder = byteLevel();
        change.accept(builder);
        assertThatThrownBy(() -> tokenizer(builder))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("m.gguf")
                .hasMessageContainingAll(parts);
    }

    @ParameterizedTest
    @CsvSource({"tokenizer.ggml.pre,wat,llama-bpe", "tokenizer.ggml.model,t5,gpt2"})
    void read_unknownName_listsTheKnownOnes(String key, String value, String known) {
        assertRefused(builder -> builder.put(key, value), key, value, known);
    }

    @Test
    void read_contradictions_nameTheKey() {
        assertRefused(b -> b.put("tokenizer.ggml.token_type", new int[3]), "token_type", "3", "4");
        assertRefused(b -> b.put("tokenizer.ggml.bos_token_id", 4), "bos_token_id", "4");
        assertRefused(b -> b.put("tokenizer.ggml.merges", new String[] {"a b", "b a"}), "merges", "element 1", "b a");
        assertRefused(b -> b.put("tokenizer.ggml.merges", new String[] {"ab"}), "merges", "element 0");
        assertRefused(b -> b.put("tokenizer.ggml.model", "llama"), "scores", "missing");
    }
}
