package dev.tarn.engine.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.format.GgufBuilder;
import dev.tarn.engine.format.GgufFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamingDecoderTest {
    /** A vocabulary of the 256 bytes in order, so that ids are bytes. */
    private static Tokenizer bytes;

    @BeforeAll
    static void build(@TempDir Path folder) throws IOException {
        var tokens = new String[256];
        for (int b = 0; b < 256; b++) {
            tokens[b] = ByteTokens.name((byte) b);
        }
        var file = new GgufBuilder()
                .put("tokenizer.ggml.model", "llama")
                .put("tokenizer.ggml.tokens", tokens)
                .put("tokenizer.ggml.scores", new float[256])
                .build();
        try (var gguf = GgufFile.open(Files.write(folder.resolve("m.gguf"), file))) {
            bytes = GgufTokenizer.read(gguf.metadata());
        }
    }

    static IntStream seeds() {
        return IntStream.range(0, 50);
    }

    private static int[] ids(String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, utf8.length).map(i -> utf8[i] & 0xFF).toArray();
    }

    @Test
    void append_characterOverSeveralTokens_appearsWithItsLastByte() {
        var decoder = new StreamingDecoder(bytes, true);
        int[] ids = ids("\u00e9\uD83D\uDE00");
        assertThat(decoder.append(ids[0])).isEmpty();
        assertThat(decoder.append(ids[1])).isEqualTo("\u00e9");
        assertThat(decoder.append(ids[2])).isEmpty();
        assertThat(decoder.append(ids[3])).isEmpty();
        assertThat(decoder.append(ids[4])).isEmpty();
        assertThat(decoder.append(ids[5])).isEqualTo("\uD83D\uDE00");
        assertThat(decoder.flush()).isEmpty();
    }

    @Test
    void flush_incompleteCharacter_isOneReplacement() {
        var decoder = new StreamingDecoder(bytes, true);
        assertThat(decoder.append(0xF0) + decoder.append(0x9F)).isEmpty();
        assertThat(decoder.flush()).isEqualTo("\uFFFD");
        assertThat(decoder.append('a')).isEqualTo("a");
    }

    @Test
    void append_leadingSpace_isTakenOnceASequence() {
        var decoder = new StreamingDecoder(bytes, true);
        assertThat(decoder.append(' ') + decoder.append(' ') + decoder.append('a'))
                .isEqualTo(" a");
        assertThat(decoder.flush()).isEmpty();
        assertThat(decoder.append(' ')).isEmpty();
    }

    /** Continuation and lead bytes are made likely, so that ill-formed sequences of every kind occur. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void appendAndFlush_anyBytes_equalTheWholeDecode(int seed) {
        var random = new Random(seed);
        int[] ids = random.ints(200, 0, 256).map(b -> b < 64 ? 0x80 | b : b).toArray();
        var decoder = new StreamingDecoder(bytes, true);
        var text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.append(id));
        }
        assertThat(text.append(decoder.flush())).hasToString(bytes.decode(ids));
    }
}
