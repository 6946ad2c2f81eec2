package dev.tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.format.SafetensorsFile;
import dev.tarn.engine.format.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code tarn logits} over every reference folder against what transformers computed there. */
class GoldenLogitsTest {
    private static final Path GOLDEN = Path.of(System.getProperty("tarn.home"), "engine/src/test/resources/golden");
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final float TOLERANCE = 2e-3f;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "llama, lower, 0",
        "llama31, lower, 0",
        "mistral, lower, 0",
        "mistral_swa, lower, 0",
        "qwen2, lower, 0",
        "qwen3, lower, 0",
        "qwen3_moe, lower, 0",
        "smollm3, lower, 0",
        "gemma3, lower, 0",
        "deepseek_v32, torch, 4",
        "glm_moe_dsa, torch, 4"
    })
    void logitsGreedyAndSelections_ofTheCommand_areThoseOfTransformers(String name, String ties, int indexed) {
        try (SafetensorsFile want = SafetensorsFile.open(GOLDEN.resolve(name + "/expected.safetensors"))) {
            int[] ids = ints(want.tensor("input_ids"));
            int[] greedy = ints(want.tensor("greedy"));

            JsonNode json = logits(name, ids, "--greedy", String.valueOf(greedy.length));

            assertThat(json.at("/config/ties").asString()).isEqualTo(ties);
            try (SafetensorsFile got = SafetensorsFile.open(folder.resolve("out"))) {
                assertThat(floats(got.tensor("logits")))
                        .usingComparatorWithPrecision(TOLERANCE)
                        .containsExactly(floats(want.tensor("logits")));
                assertThat(ints(got.tensor("greedy"))).isEqualTo(greedy);
                for (int layer = 0; layer < indexed; layer++) {
                    int[] all = ints(want.tensor("selected." + layer));
                    int[] last = Arrays.copyOfRange(all, all.length - all.length / ids.length, all.length);
                    assertThat(ints(got.tensor("selected." + layer))).isEqualTo(last);
                }
            }
        }
    }

    /** Only the tie rule is another: where it is asked for, the lower positions are taken by native models too. */
    @ParameterizedTest
    @CsvSource({"deepseek_v32, 53", "glm_moe_dsa, 37"})
    void logits_tiesOfLowerPosition_differFromTheFirstTieOn(String name, int tied) {
        try (SafetensorsFile want = SafetensorsFile.open(GOLDEN.resolve(name + "/expected.safetensors"))) {
            int[] ids = ints(want.tensor("input_ids"));

            JsonNode json = logits(name, ids, "--ties", "lower");

            assertThat(json.at("/config/ties").asString()).isEqualTo("lower");
            try (SafetensorsFile got = SafetensorsFile.open(folder.resolve("out"))) {
                float[] a = floats(got.tensor("logits"));
                float[] b = floats(want.tensor("logits"));
                int row = 0;
                while (row < ids.length && worst(a, b, row, a.length / ids.length) <= TOLERANCE) {
                    row++;
                }
                assertThat(row).isEqualTo(tied);
            }
        }
    }

    private static float worst(float[] a, float[] b, int row, int vocabulary) {
        float worst = 0;
        for (int i = row * vocabulary; i < (row + 1) * vocabulary; i++) {
            worst = Math.max(worst, Math.abs(a[i] - b[i]));
        }
        return worst;
    }

    private JsonNode logits(String name, int[] ids, String... more) {
        String list = Arrays.stream(ids).mapToObj(String::valueOf).collect(Collectors.joining(","));
        String[] options = {
            "logits",
            "--json",
            "--model",
            GOLDEN.resolve(name).toString(),
            "--ids",
            list,
            "--out",
            folder.resolve("out").toString()
        };
        String[] all = Arrays.copyOf(options, options.length + more.length);
        System.arraycopy(more, 0, all, options.length, more.length);
        return CommandRun.json(all);
    }

    private static int[] ints(TensorView tensor) {
        int[] values = new int[Math.toIntExact(tensor.elements())];
        MemorySegment.copy(tensor.data(), INT, 0, values, 0, values.length);
        return values;
    }

    private static float[] floats(TensorView tensor) {
        float[] values = new float[Math.toIntExact(tensor.elements())];
        MemorySegment.copy(tensor.data(), FLOAT, 0, values, 0, values.length);
        return values;
    }
}
