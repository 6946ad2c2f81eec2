package dev.tarn.engine.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** tokenizer.json files of real models and of each component, against what the tokenizers library makes of them. */
class HuggingFaceTokenizerTest {
    @TempDir
    private Path folder;

    static List<JsonNode> expected(String resource) throws IOException {
        try (var in = HuggingFaceTokenizerTest.class.getResourceAsStream(resource)) {
            return JsonMapper.shared().readTree(in).valueStream().toList();
        }
    }

    private Tokenizer unzipped(String name) throws IOException {
        var path = folder.resolve("tokenizer.json");
        var resource = "/golden/tokenizers/" + name + ".tokenizer.json.gz";
        try (var in = new GZIPInputStream(HuggingFaceTokenizerTest.class.getResourceAsStream(resource))) {
            Files.copy(in, path);
        }
        return HuggingFaceTokenizer.read(folder);
    }

    static int[] ids(JsonNode node) {
        return node.valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    private static String streamed(Tokenizer tokenizer, int[] ids, boolean withSpecial) {
        var decoder = new StreamingDecoder(tokenizer, withSpecial);
        var text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.append(id));
        }
        return text.append(decoder.flush()).toString();
    }

    @ParameterizedTest
    @CsvSource({"llama31,128256,128000,true", "qwen3,151669,-1,false", "gemma3,262145,2,true"})
    void encodeAndDecode_realTokenizers_agreeWithTokenizersLibrary(String name, int size, int bos, boolean addsBos)
            throws IOException {
        var tokenizer = unzipped(name);
        assertThat(tokenizer.vocabularySize()).isEqualTo(size);
        assertThat(tokenizer.bos()).isEqualTo(bos);
        assertThat(tokenizer.addsBos()).isEqualTo(addsBos);
        for (var item : expected("/golden/tokenizers/" + name + ".expected.json")) {
            var text = item.get("text").stringValue();
            int[] ids = ids(item.get("ids"));
            assertThat(tokenizer.encode(text, true)).as(text).isEqualTo(ids);
            assertThat(tokenizer.decode(ids)).isEqualTo(item.get("decoded").stringValue());
            assertThat(streamed(tokenizer, ids, true))
                    .isEqualTo(item.get("decoded").stringValue());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama2", "metaspace", "digits"})
    void encodeAndDecode_componentsAndFlags_agreeWithTokenizersLibrary(String name) throws IOException {
        Tokenizer tokenizer;
        try (var in = HuggingFaceTokenizerTest.class.getResourceAsStream("/tokenize/" + name + ".tokenizer.json")) {
            Files.copy(in, folder.resolve("tokenizer.json"));
            tokenizer = HuggingFaceTokenizer.read(folder);
        }
        for (var item : expected("/tokenize/" + name + ".expected.json")) {
            var text = item.get("text").stringValue();
            int[] ids = ids(item.get("ids"));
            assertThat(tokenizer.encode(text, true)).as(text).isEqualTo(ids);
            assertThat(tokenizer.encode(text, false)).as(text).isEqualTo(ids(item.get("plain_ids")));
            assertThat(tokenizer.decode(ids)).isEqualTo(item.get("decoded").stringValue());
            assertThat(tokenizer.decode(ids, false))
                    .isEqualTo(item.get("decoded_text").stringValue());
            assertThat(streamed(tokenizer, ids, false))
                    .isEqualTo(item.get("decoded_text").stringValue());
        }
    }

    @Test
    void read_neighbouringConfigs_giveBeginAndEnd() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), """
                {"added_tokens":[{"id":1,"content":"<s>","special":true},{"id":2,"content":"</s>","special":true},
                {"id":3,"content":"<end_of_turn>","special":true}],
                "decoder":{"type":"ByteLevel"},"model":{"vocab":{"a":0},"merges":[]}}""");
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"bos_token\":{\"content\":\"<s>\"},\"eos_token\":\"</s>\",\"add_bos_token\":true}");
        var tokenizer = HuggingFaceTokenizer.read(folder);
        assertThat(tokenizer.bos()).isEqualTo(1);
        assertThat(tokenizer.eos()).isEqualTo(2);
        assertThat(tokenizer.addsBos()).isTrue();
        assertThat(tokenizer.isEnd(2)).isTrue();
        assertThat(tokenizer.isEnd(3)).isTrue();
        assertThat(tokenizer.encodeWithBos("aa", false)).containsExactly(1, 0, 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'model':{'type':'Unigram','vocab':[]},'decoder':{'type':'ByteLevel'}};model.type",
                "{'model':{'vocab':{'a':-1}}};-1",
                "{'model':{'vocab':{'a':2000000000}}};2000000000",
                "{'model':{'vocab':{'a':99999999999999999999}}};99999999999999999999",
                "{'model':{'vocab':{'a':0,'b':1},'merges':['a b']},'decoder':{'type':'ByteLevel'}};merges[0]",
                "{'model':{'vocab':{'a':0},'merges':['ab']}};merge",
                "{'model':{'vocab':{'a':0},'merges':[['a']]}};merge",
                "{'model':{'vocab':{}}};field decoder is missing",
                "{'decoder':{'type':'Magic'}};decoder.type",
                "{'decoder':{'type':'ByteLevel'},'normalizer':{'type':'Nmt'}};normalizer.type",
                "{'decoder':{'type':'ByteLevel'},'pre_tokenizer':{'type':'Split','behavior':'Isolated','pattern':{'Regex':'(a'}}}"
                        + ";regular expression",
                "{'added_tokens':[{'id':5000000,'content':'x'}],'decoder':{'type':'ByteLevel'}};added_tokens[0].id",
                "[];JSON object",
                "{'model':;line 1",
            },
            quoteCharacter = '"')
    void read_damagedFile_isRefusedInOneLine(String json, String part) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), json.replace('\'', '"'));
        assertThatThrownBy(() -> HuggingFaceTokenizer.read(folder))
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll("tokenizer.json", part)
                .satisfies(error -> assertThat(error.getMessage().lines()).hasSize(1));
    }
}
