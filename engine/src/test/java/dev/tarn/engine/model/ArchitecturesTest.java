package dev.tarn.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.decode.Sequence;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every architecture against what transformers computes for the same random weights; see the golden folders. */
class ArchitecturesTest {
    private static final float TOLERANCE = 2e-3f;
    private static final int VOCABULARY = 256;

    @ParameterizedTest(name = "{0}, batches of {1}, {2} kernels")
    @CsvSource({
        "llama31, 96, vector",
        "mistral, 96, vector",
        "mistral_swa, 96, vector",
        "mistral_swa, 7, vector",
        "mistral_swa, 96, plain",
        "qwen2, 96, vector",
        "qwen3, 96, vector",
        "qwen3_moe, 96, vector",
        "qwen3_moe, 13, vector",
        "smollm3, 96, vector",
        "gemma3, 96, vector",
        "gemma3, 96, plain",
        "gemma3, 11, vector",
        "deepseek_v32, 96, vector",
        "deepseek_v32, 96, plain",
        "deepseek_v32, 29, vector",
        "glm_moe_dsa, 96, vector",
        "glm_moe_dsa, 37, vector"
    })
    void logits_prefillInBatches_agreeWithTransformers(String name, int batch, String kernels) {
        try (Golden golden = new Golden(Golden.path(name + "/expected.safetensors"));
                ModelFile file = ModelFile.open(Golden.path(name));
                CpuBackend backend = new CpuBackend(GoldenTest.kernels(kernels), 2);
                Decoder decoder = new Decoder(file, backend, null);
                Sequence sequence = sequence(decoder, SelectionListener.NONE)) {
            int[] ids = golden.ints("input_ids");
            float[] got = new float[ids.length * VOCABULARY];
            for (int from = 0; from < ids.length; from += batch) {
                int rows = Math.min(batch, ids.length - from);
                sequence.prefill(Arrays.copyOfRange(ids, from, from + rows), 0, _ -> {});
                Tensor logits = decoder.logits(0, rows);
                for (int row = 0; row < rows; row++) {
                    logits.read(row, 0, VOCABULARY, got, (from + row) * VOCABULARY);
                }
            }
            requireClose(name, got, golden.floats("logits"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama31",
                "mistral",
                "mistral_swa",
                "qwen2",
                "qwen3",
                "qwen3_moe",
                "smollm3",
                "gemma3",
                "deepseek_v32",
                "glm_moe_dsa"
            })
    void logitsAndGreedy_tokenByToken_agreeWithTransformers(String name) {
        try (Golden golden = new Golden(Golden.path(name + "/expected.safetensors"));
                ModelFile file = ModelFile.open(Golden.path(name));
                CpuBackend backend = new CpuBackend(GoldenTest.kernels("vector"), 2);
                Decoder decoder = new Decoder(file, backend, null);
                Sequence sequence = sequence(decoder, SelectionListener.NONE)) {
            int[] ids = golden.ints("input_ids");
            float[] got = new float[ids.length * VOCABULARY];
            float[] row = new float[VOCABULARY];
            for (int t = 0; t < ids.length; t++) {
                sequence.decode(ids[t]);
                sequence.readLogits(row);
                System.arraycopy(row, 0, got, t * VOCABULARY, VOCABULARY);
            }
            requireClose(name, got, golden.floats("logits"));
            assertThat(GoldenTest.greedy(sequence, row, 24)).isEqualTo(golden.ints("greedy"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"deepseek_v32", "glm_moe_dsa"})
    void selections_nativeIndexer_areThoseOfTransformers(String name) {
        Map<Integer, int[][]> selected = new TreeMap<>();
        try (Golden golden = new Golden(Golden.path(name + "/expected.safetensors"));
                ModelFile file = ModelFile.open(Golden.path(name));
                CpuBackend backend = new CpuBackend(GoldenTest.kernels("vector"), 2);
                Decoder decoder = new Decoder(file, backend, null);
                Sequence sequence = sequence(decoder, (input, row, group, selection, _) -> {
                    assertThat(group).isEqualTo(Selection.ALL_HEADS);
                    selected.computeIfAbsent(input.layer(), _ -> new int[96][])[input.position(row)] =
                            Arrays.copyOf(selection.positions, selection.count);
                })) {
            int[] ids = golden.ints("input_ids");
            // Positions below sparseFrom are sparse nevertheless: the model was trained so.
            sequence.prefill(ids, 50, _ -> {});
            assertThat(selected).hasSize(4);
            for (int layer = 0; layer < 4; layer++) {
                int[] want = golden.ints("selected." + layer);
                int k = want.length / ids.length;
                for (int t = 0; t < ids.length; t++) {
                    int position = t;
                    int[] valid = Arrays.stream(want, t * k, (t + 1) * k)
                            .filter(s -> s <= position)
                            .toArray();
                    assertThat(selected.get(layer)[t])
                            .as("layer %d, position %d", layer, t)
                            .isEqualTo(valid);
                }
            }
        }
    }

    private static Sequence sequence(Decoder decoder, SelectionListener listener) {
        return new Sequence(decoder, decoder.attention(decoder.defaultAttention(), listener));
    }

    private static void requireClose(String name, float[] got, float[] want) {
        float worst = 0;
        int at = 0;
        for (int i = 0; i < want.length; i++) {
            float error = Math.abs(got[i] - want[i]);
            if (!(error <= worst)) {
                worst = error;
                at = i;
            }
        }
        System.err.println("ERR " + name + " " + worst);
        assertThat(worst)
                .as("%s: largest error, at position %d, id %d", name, at / VOCABULARY, at % VOCABULARY)
                .isLessThanOrEqualTo(TOLERANCE);
    }
}
