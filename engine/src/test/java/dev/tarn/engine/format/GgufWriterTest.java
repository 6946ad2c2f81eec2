package dev.tarn.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufWriterTest {
    @TempDir
    private Path folder;

    private static GgufWriter.Stream counting() {
        int[] next = {0};
        return into -> {
            for (long at = 0; at < into.byteSize(); at++) {
                into.set(ValueLayout.JAVA_BYTE, at, (byte) (next[0]++ % 251));
            }
        };
    }

    @Test
    void write_everyKindOfValue_isReadBack() {
        Path file = folder.resolve("m.gguf");
        new GgufWriter()
                .text("general.architecture", "llama")
                .integer("count", 7)
                .floating("scale", 0.5f)
                .bool("flag", true)
                .texts("words", List.of("a", "", "ü"))
                .ints("numbers", new int[] {1, -2})
                .floats("norm", new float[] {1, 2.5f, -3})
                .write(file, _ -> {});

        try (var read = GgufFile.open(file)) {
            var metadata = read.metadata();
            assertThat(metadata.string("general.architecture")).isEqualTo("llama");
            assertThat(metadata.integer("count")).isEqualTo(7);
            assertThat(metadata.floating("scale")).isEqualTo(0.5f);
            assertThat(metadata.bool("flag")).isTrue();
            assertThat(metadata.strings("words")).containsExactly("a", "", "ü");
            assertThat(metadata.ints("numbers")).containsExactly(1, -2);
            assertThat(read.tensor("norm").data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
                    .containsExactly(1, 2.5f, -3);
        }
    }

    /** The first is no multiple of the alignment, the second longer than one piece: both ends of the padding and the cutting. */
    @Test
    void write_tensorsOfAnyLength_areReadBackByteForByte() {
        Path file = folder.resolve("m.gguf");
        var told = new AtomicLong();
        var writer = new GgufWriter()
                .text("general.architecture", "llama")
                .tensor("odd", TensorType.Q4_0, new long[] {3, 32}, GgufWriterTest::counting)
                .tensor("long", TensorType.Q6_K, new long[] {5, 2000, 256}, GgufWriterTest::counting);
        writer.write(file, told::addAndGet);
        writer.write(file, _ -> {});

        assertThat(told).hasValue(3 * 18 + 5 * 2000 * 210).hasValue(writer.dataBytes());
        try (var read = GgufFile.open(file)) {
            for (var name : List.of("odd", "long")) {
                var data = read.tensor(name).data();
                for (long at = 0; at < data.byteSize(); at++) {
                    assertThat(data.get(ValueLayout.JAVA_BYTE, at)).isEqualTo((byte) (at % 251));
                }
            }
            assertThat(read.tensor("long").shape()).containsExactly(5, 2000, 256);
            assertThat(read.tensor("odd").type()).isEqualTo(TensorType.Q4_0);
        }
    }

    @Test
    void write_folderMissing_failsInOneLine() {
        Path file = folder.resolve("none/m.gguf");

        assertThatThrownBy(() -> new GgufWriter().text("a", "b").write(file, _ -> {}))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith(file + ": cannot be written");
        assertThat(Files.exists(file)).isFalse();
    }

    @Test
    void put_sameKeyTwice_isRefused() {
        assertThatThrownBy(() -> new GgufWriter().text("a", "b").integer("a", 1))
                .hasMessageContaining("a is put twice");
    }

    @Test
    void tensor_rowsThatAreNoWholeBlocks_isRefused() {
        assertThatThrownBy(() ->
                        new GgufWriter().tensor("w", TensorType.Q4_K, new long[] {2, 288}, GgufWriterTest::counting))
                .isInstanceOf(EngineException.class);
    }
}
