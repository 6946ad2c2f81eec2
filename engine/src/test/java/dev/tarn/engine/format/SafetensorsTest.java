package dev.tarn.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
    @TempDir
    private Path folder;

    private Path raw(String name, String header, int dataBytes) throws IOException {
        var json = header.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(8 + json.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json);
        return Files.write(folder.resolve(name), bytes.array());
    }

    private static SafetensorsWriter small() {
        return new SafetensorsWriter()
                .metadata("model", "tiny")
                .floats("logits", new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
                .ints("greedy", new int[] {7, -8}, 2);
    }

    @Test
    void write_thenOpen_givesTheSameTensors() throws IOException {
        var path = folder.resolve("out.safetensors");
        small().write(path);
        try (var file = SafetensorsFile.open(path)) {
            assertThat(file.metadata()).containsEntry("model", "tiny");
            assertThat(file.names()).containsExactly("logits", "greedy");
            assertThat(file.tensor("logits").shape()).containsExactly(2, 3);
            assertThat(file.tensor("logits").data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
                    .containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(file.tensor("greedy").data().toArray(ValueLayout.JAVA_INT_UNALIGNED))
                    .containsExactly(7, -8);
        }
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void write_tensorLargerThanABuffer_isWhole() {
        var values = new float[700_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        var path = folder.resolve("large.safetensors");
        new SafetensorsWriter().floats("x", values, values.length).write(path);
        try (var file = SafetensorsFile.open(path)) {
            assertThat(file.tensor("x").data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
                    .isEqualTo(values);
        }
    }

    @Test
    void write_shapeThatDoesNotFit_isRefusedWithBothNumbers() {
        assertThatThrownBy(() -> new SafetensorsWriter().floats("x", new float[3], 2, 2))
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll("x", "12", "16");
        assertThatThrownBy(() -> small().ints("greedy", new int[1], 1)).hasMessageContaining("twice");
    }

    @Test
    void write_unwritableFolder_leavesNothing() {
        assertThatThrownBy(() -> small().write(folder.resolve("none").resolve("out.safetensors")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("cannot be written");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    void open_scalarAndEmptyTensors_areAllowed() throws IOException {
        var path = raw("s.safetensors", """
                {"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"e":{"dtype":"BF16","shape":[0,8],"data_offsets":[4,4]}}""", 4);
        try (var file = SafetensorsFile.open(path)) {
            assertThat(file.tensor("s").elements()).isEqualTo(1);
            assertThat(file.tensor("e").elements()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,12]}}|a.data_offsets",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}|8",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[4,-4]}}|a.data_offsets",
                "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}|a.shape",
                "{'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,0]}}|tensor a",
                "{'a':{'dtype':'F32','shape':[1e400],'data_offsets':[0,0]}}|a.shape",
                "{'a':{'dtype':'F8_E4M3','shape':[8],'data_offsets':[0,8]}}|F8_E4M3",
                "{'a':{'dtype':'F32','data_offsets':[0,8]}}|a.shape",
                "{'a':{'dtype':'F32','shape':[2]}}|a.data_offsets",
                "{'a':7}|a",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}"
                        + "|overlaps",
                "{'a':{'dtype':'I8','shape':[1],'data_offsets':[0,1]},'a':{'dtype':'I8','shape':[1],'data_offsets':[1,2]}}"
                        + "|Duplicate",
                "{'__metadata__':{'k':1}}|__metadata__.k",
                "[]|not a JSON object",
                "{'a'|not valid JSON",
            },
            quoteCharacter = '"')
    void open_damagedHeader_isRefusedInOneLine(String header, String part) throws IOException {
        var path = raw("bad.safetensors", header.replace('\'', '"'), 8);
        assertThatThrownBy(() -> SafetensorsFile.open(path).close())
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll("bad.safetensors", part)
                .satisfies(error -> assertThat(error.getMessage().lines()).hasSize(1));
    }

    @Test
    void open_fileCutAtAnyByte_isRefused() throws IOException {
        var path = folder.resolve("out.safetensors");
        small().write(path);
        var whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length; length++) {
            var cut = Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> SafetensorsFile.open(cut).close()).isInstanceOf(EngineException.class);
        }
    }

    private void shard(String name, String tensor, float value) {
        new SafetensorsWriter().floats(tensor, new float[] {value}, 1).write(folder.resolve(name));
    }

    @Test
    void openFolder_shards_areJoinedByTheIndex() throws IOException {
        shard("model-00001-of-00002.safetensors", "a", 1);
        shard("model-00002-of-00002.safetensors", "b", 2);
        Files.writeString(folder.resolve("model.safetensors.index.json"), """
                {"metadata":{"total_size":8},"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}""");
        try (var file = ShardedSafetensors.openFolder(folder)) {
            assertThat(file.names()).containsExactly("a", "b");
            assertThat(file.tensor("b").data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0))
                    .isEqualTo(2f);
        }
    }

    @ParameterizedTest
    @CsvSource({"../x.safetensors,beside the index", "gone.safetensors,no such file", "s.safetensors,no tensor a"})
    void openFolder_indexThatIsWrong_isRefused(String shard, String part) throws IOException {
        shard("s.safetensors", "b", 2);
        Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"a\":\"" + shard + "\"}}");
        assertThatThrownBy(() -> ShardedSafetensors.openFolder(folder).close())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(part);
    }

    @Test
    void openFolder_withoutWeights_saysWhatIsMissing() {
        assertThatThrownBy(() -> ShardedSafetensors.openFolder(folder).close())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("model.safetensors");
    }
}
