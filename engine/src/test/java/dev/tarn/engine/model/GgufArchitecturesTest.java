package dev.tarn.engine.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.format.GgufBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The golden checkpoints written as llama.cpp's converter writes them give the same logits as from their own folders. */
class GgufArchitecturesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "llama31, llama, 16, 500000",
        "mistral, llama, 32, 1000000",
        "mistral_swa, llama, 16, 10000",
        "qwen2, qwen2, 16, 1000000",
        "qwen3, qwen3, 32, 1000000",
        "qwen3_moe, qwen3moe, 16, 1000000",
        "smollm3, smollm3, 16, 2000000",
        "gemma3, gemma3, 32, 1000000"
    })
    void logits_ofGgufTwin_agreeWithTransformers(String name, String architecture, int headDim, float theta)
            throws IOException {
        Path twin = GgufTwin.write(
                folder, Golden.path(name), architecture, headDim, metadata(name, architecture, headDim, theta));

        try (Golden golden = new Golden(Golden.path(name + "/expected.safetensors"))) {
            ArchitecturesTest.requireClose(name, ArchitecturesTest.logits(twin, golden), golden.floats("logits"));
        }
    }

    /** What the golden checkpoint's config.json says, as GGUF metadata. */
    static Consumer<GgufBuilder> metadata(String name, String architecture, int headDim, float theta) {
        return builder -> {
            String prefix = architecture + ".";
            float eps = name.equals("llama31") ? 1e-5f : 1e-6f;
            builder.put(prefix + "block_count", name.equals("gemma3") ? 7 : 4)
                    .put(prefix + "context_length", 512)
                    .put(prefix + "embedding_length", 64)
                    .put(prefix + "feed_forward_length", 160)
                    .put(prefix + "attention.head_count", 4)
                    .put(prefix + "attention.head_count_kv", 2)
                    .put(prefix + "attention.key_length", headDim)
                    .put(prefix + "attention.value_length", headDim)
                    .put(prefix + "attention.layer_norm_rms_epsilon", eps)
                    .put(prefix + "rope.freq_base", theta);
            switch (name) {
                case "llama31" -> builder.tensor("rope_freqs.weight", 0, llama3Divisors(theta), headDim / 2);
                case "mistral_swa" -> builder.put(prefix + "attention.sliding_window", 24);
                case "gemma3" -> builder.put(prefix + "attention.sliding_window", 16);
                case "qwen3_moe" ->
                    builder.put(prefix + "expert_count", 8)
                            .put(prefix + "expert_used_count", 2)
                            .put(prefix + "expert_feed_forward_length", 48);
                default -> {}
            }
        };
    }

    /** Llama 3.1's divisors: by how much its three bands stretch each wavelength (factor 8, bands 1 and 4, context 64). */
    private static byte[] llama3Divisors(float theta) {
        ByteBuffer divisors = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 8; i++) {
            double wavelength = 2 * Math.PI * Math.pow(theta, i / 8.0);
            double smooth = (64 / wavelength - 1) / 3;
            double divisor = wavelength < 16 ? 1 : wavelength > 64 ? 8 : 1 / ((1 - smooth) / 8 + smooth);
            divisors.putFloat((float) divisor);
        }
        return divisors.array();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "general.architecture | mamba | architecture 'mamba' cannot be run; supported architectures in GGUF: llama,"
                        + " qwen2, qwen3, qwen3moe, smollm3, gemma3",
                "llama.rope.scaling.type | longrope | metadata llama.rope.scaling.type is 'longrope', which cannot be run;"
                        + " none, linear and yarn can"
            })
    void open_whatCannotBeRun_namesItAndWhatCan(String key, String value, String message) throws IOException {
        Path twin = GgufTwin.write(
                folder,
                Golden.path("mistral"),
                "llama",
                32,
                metadata("mistral", "llama", 32, 1e6f).andThen(builder -> builder.put(key, value)));

        assertThatThrownBy(() -> ModelFile.open(twin))
                .isInstanceOf(EngineException.class)
                .hasMessage(twin + ": " + message);
    }

    @Test
    void open_expertsInLlama_namesTheKey() throws IOException {
        Path twin = GgufTwin.write(
                folder,
                Golden.path("mistral"),
                "llama",
                32,
                metadata("mistral", "llama", 32, 1e6f).andThen(builder -> builder.put("llama.expert_count", 8)));

        assertThatThrownBy(() -> ModelFile.open(twin))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("llama.expert_count is 8: experts cannot be run in this architecture");
    }
}
