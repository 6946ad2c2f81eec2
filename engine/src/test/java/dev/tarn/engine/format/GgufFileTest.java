package dev.tarn.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
    private static final int F32 = 0;
    private static final Path TINY =
            Path.of(System.getProperty("tarn.home"), "models", "tiny", "tiny-reader-7m-q8_0.gguf");

    @TempDir
    private Path folder;

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private static GgufBuilder small() {
        return new GgufBuilder()
                .put("general.architecture", "llama")
                .put("count", 7)
                .put("big", 1L << 40)
                .put("scale", 0.5f)
                .put("flag", true)
                .put("words", new String[] {"a", "", "ü"})
                .put("numbers", new int[] {1, -2})
                .put("scores", new float[] {0.25f})
                .tensor("w", F32, new byte[24], 3, 2)
                .tensor("b", F32, new byte[] {0, 0, (byte) 0x80, 0x3f}, 1);
    }

    private void assertRefused(byte[] bytes, String... parts) throws IOException {
        var path = write("bad.gguf", bytes);
        assertThatThrownBy(() -> GgufFile.open(path).close())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("bad.gguf")
                .satisfies(error -> assertThat(error.getMessage().lines()).hasSize(1))
                .satisfies(error -> assertThat(error.getMessage()).contains(java.util.List.of(parts)));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void open_bothVersions_giveMetadataAndTensors(int version) throws IOException {
        try (var file = GgufFile.open(write("m.gguf", small().version(version).build()))) {
            var metadata = file.metadata();
            assertThat(metadata.string("general.architecture")).isEqualTo("llama");
            assertThat(metadata.integer("count")).isEqualTo(7);
            assertThat(metadata.integer("absent", 9)).isEqualTo(9);
            assertThat(metadata.longInteger("big")).isEqualTo(1L << 40);
            assertThat(metadata.floating("scale")).isEqualTo(0.5f);
            assertThat(metadata.floating("count")).isEqualTo(7f);
            assertThat(metadata.bool("flag")).isTrue();
            assertThat(metadata.strings("words")).containsExactly("a", "", "ü");
            assertThat(metadata.ints("numbers")).containsExactly(1, -2);
            assertThat(metadata.floats("scores")).containsExactly(0.25f);
            assertThat(file.names()).containsExactly("w", "b");
            assertThat(file.tensor("w").shape()).containsExactly(2, 3);
            assertThat(file.tensor("w").rows()).isEqualTo(2);
            assertThat(file.tensor("w").cols()).isEqualTo(3);
            assertThat(file.tensor("w").rowBytes()).isEqualTo(12);
            assertThat(file.tensor("b").data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0))
                    .isEqualTo(1f);
            assertThat(file.find("none")).isNull();
        }
    }

    @Test
    void strings_ofAnArrayLongerThanWhatIsReadAhead_areAllThere() throws IOException {
        var words = new String[30_000];
        for (int i = 0; i < words.length; i++) {
            words[i] = "wörd \uFFFD".substring(0, i % 7) + i;
        }
        words[100] = "x".repeat(1 << 17);
        words[101] = "";
        words[words.length - 1] = "y".repeat(1 << 16);
        var bytes = small().put("many", words).put("after", 5).build();

        try (var file = GgufFile.open(write("m.gguf", bytes))) {
            assertThat(file.metadata().strings("many")).containsExactly(words);
            assertThat(file.metadata().integer("after")).isEqualTo(5);
        }
    }

    @Test
    void open_theEmbeddedModel_hasItsShapes() {
        try (var file = GgufFile.open(TINY)) {
            assertThat(file.names()).hasSize(74);
            var embedding = file.tensor("token_embd.weight");
            assertThat(embedding.type()).isEqualTo(TensorType.Q8_0);
            assertThat(embedding.shape()).containsExactly(4096, 256);
            assertThat(embedding.data().byteSize()).isEqualTo(4096L * 256 / 32 * 34);
        }
    }

    @Test
    void metadata_wrongTypeOrMissing_namesFileAndKey() throws IOException {
        try (var file = GgufFile.open(write("m.gguf", small().build()))) {
            var metadata = file.metadata();
            assertThatThrownBy(() -> metadata.string("nothing"))
                    .hasMessageContainingAll("m.gguf", "nothing", "missing");
            assertThatThrownBy(() -> metadata.integer("words")).hasMessageContainingAll("words", "array of 3 strings");
            assertThatThrownBy(() -> metadata.integer("big")).hasMessageContainingAll("big", "1099511627776");
            assertThatThrownBy(() -> metadata.string("count", "x")).hasMessageContainingAll("count", "7");
            assertThatThrownBy(() -> file.tensor("x.weight")).hasMessageContainingAll("m.gguf", "x.weight");
        }
    }

    @Test
    void open_fileCutAtAnyByte_isRefusedInOneLine() throws IOException {
        var whole = small().build();
        for (int length = 0; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length), "at byte");
        }
    }

    @Test
    void open_unknownTensorType_isNamedByNumber() throws IOException {
        assertRefused(new GgufBuilder().tensor("t", 39, new byte[17], 32).build(), "tensor t", "39", "Q8_0 (8)");
    }

    @Test
    void open_rowThatIsNotWholeBlocks_isRefused() throws IOException {
        assertRefused(new GgufBuilder().tensor("t", 8, new byte[34], 31).build(), "tensor t", "Q8_0", "31", "32");
    }

    @Test
    void open_dimensionsThatOverflow_areRefused() throws IOException {
        long huge = 1L << 40;
        assertRefused(
                new GgufBuilder().tensor("t", F32, new byte[4], huge, huge).build(), "tensor t");
        assertRefused(
                new GgufBuilder().tensor("t", F32, new byte[4], 1, huge, huge).build(), "tensor t");
        assertRefused(new GgufBuilder().tensor("t", F32, new byte[4], -1).build(), "tensor t", "18446744073709551615");
        assertRefused(
                new GgufBuilder().tensor("t", F32, new byte[4], 1, 1, 1, 1, 1).build(), "5 dimensions");
    }

    @Test
    void open_tensorsThatOverlapOrLeaveTheFile_areRefused() throws IOException {
        assertRefused(
                new GgufBuilder()
                        .tensorAt("a", F32, 0, new byte[64], 16)
                        .tensorAt("b", F32, 32, new byte[64], 16)
                        .build(),
                "overlaps",
                "tensor b",
                "tensor a");
        assertRefused(
                new GgufBuilder().tensorAt("a", F32, 1 << 20, new byte[64], 16).build(), "tensor a", "1048576");
        assertRefused(new GgufBuilder().tensorAt("a", F32, -4, new byte[64], 16).build(), "tensor a");
    }

    @Test
    void open_duplicateTensorOrKey_isRefused() throws IOException {
        assertRefused(
                new GgufBuilder()
                        .tensor("a", F32, new byte[4], 1)
                        .tensor("a", F32, new byte[4], 1)
                        .build(),
                "tensor a is there twice");
        var bytes = new GgufBuilder().put("key1", 1).put("key2", 2).build();
        int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("key2") + 3;
        bytes[at] = '1';
        assertRefused(bytes, "key1 is there twice");
    }

    @Test
    void open_notGguf_saysSo() throws IOException {
        assertRefused("not a model at all".getBytes(java.nio.charset.StandardCharsets.US_ASCII), "not a GGUF file");
        assertRefused(small().version(1).build(), "version 1");
        assertRefused(small().version(0x03000000).build(), "big-endian");
        assertThatThrownBy(() -> GgufFile.open(folder.resolve("none.gguf")).close())
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll("none.gguf", "no such file");
        assertThatThrownBy(() -> GgufFile.open(folder).close()).hasMessageContaining("folder");
    }

    @ParameterizedTest
    @CsvSource({"0", "3", "-8"})
    void open_alignmentThatIsNoPowerOfTwo_isRefused(int alignment) throws IOException {
        assertRefused(new GgufBuilder().put("general.alignment", alignment).build(), "general.alignment");
    }

    @Test
    void open_otherAlignment_isHonoured() throws IOException {
        var bytes = new GgufBuilder()
                .alignment(128)
                .tensor("a", F32, new byte[4], 1)
                .tensor("b", F32, new byte[] {0, 0, 0, 0x40}, 1)
                .build();
        try (var file = GgufFile.open(write("m.gguf", bytes))) {
            assertThat(file.tensor("b").data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0))
                    .isEqualTo(2f);
        }
    }

    private byte[] part(int number, int count, String tensor) {
        return new GgufBuilder()
                .put("split.no", number)
                .put("split.count", count)
                .put("split.tensors.count", 2)
                .tensor(tensor, F32, new byte[] {0, 0, (byte) (0x80 - 0x80 * number), (byte) (0x3f + number)}, 1)
                .build();
    }

    @Test
    void open_splitModel_joinsItsParts() throws IOException {
        var first = write("m-00001-of-00002.gguf", part(0, 2, "a"));
        write("m-00002-of-00002.gguf", part(1, 2, "b"));
        try (var file = GgufFile.open(first)) {
            assertThat(file.names()).containsExactly("a", "b");
            assertThat(file.tensor("b").data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0))
                    .isEqualTo(2f);
        }
    }

    @Test
    void open_splitModelThatIsIncomplete_saysWhichPart() throws IOException {
        var first = write("m-00001-of-00002.gguf", part(0, 2, "a"));
        assertThatThrownBy(() -> GgufFile.open(first).close())
                .hasMessageContainingAll("m-00002-of-00002.gguf", "no such file");
        var second = write("m-00002-of-00002.gguf", part(1, 2, "a"));
        assertThatThrownBy(() -> GgufFile.open(first).close()).hasMessageContaining("tensor a");
        assertThatThrownBy(() -> GgufFile.open(second).close()).hasMessageContainingAll("split.no", "first");
        var renamed = write("m.gguf", part(0, 2, "a"));
        assertThatThrownBy(() -> GgufFile.open(renamed).close()).hasMessageContaining("00001-of-00002");
    }

    @Test
    void slice_ofExperts_isOneMatrix() throws IOException {
        var data = new byte[48];
        data[24 + 3] = 0x40;
        try (var file = GgufFile.open(write(
                "m.gguf", new GgufBuilder().tensor("e", F32, data, 3, 2, 2).build()))) {
            var second = file.tensor("e").slice(1);
            assertThat(second.shape()).containsExactly(2, 3);
            assertThat(second.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0)).isEqualTo(2f);
            assertThatThrownBy(() -> file.tensor("e").slice(2)).isInstanceOf(EngineException.class);
        }
    }
}
