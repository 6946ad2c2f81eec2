package dev.tarn.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;
import dev.tarn.engine.format.GgufBuilder;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.engine.model.architecture.ContextStretch;
import dev.tarn.engine.model.architecture.LayerDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A stretched model is the one that a file with YaRN's metadata describes, as llama.cpp writes it. */
class ContextStretchTest {
    @TempDir
    private Path folder;

    private Path twin(String name, String architecture, int headDim, Consumer<GgufBuilder> more) throws IOException {
        Consumer<GgufBuilder> metadata = GgufArchitecturesTest.metadata(name, architecture, headDim, 10_000);
        return GgufTwin.write(folder, Golden.path(name), architecture, headDim, metadata.andThen(more));
    }

    @ParameterizedTest(name = "{0}, {3} times")
    @CsvSource({"llama, llama, 16, 4", "qwen3, qwen3, 32, 2.5", "smollm3, smollm3, 16, 16"})
    void open_stretched_isWhatYarnsMetadataSay(String name, String architecture, int headDim, float factor)
            throws IOException {
        float[] want;
        Path path = twin(
                name,
                architecture,
                headDim,
                builder -> builder.put(architecture + ".rope.scaling.type", "yarn")
                        .put(architecture + ".rope.scaling.factor", factor)
                        .put(architecture + ".rope.scaling.original_context_length", 512));
        try (Golden golden = new Golden(Golden.path(name + "/expected.safetensors"));
                ModelFile scaled = ModelFile.open(path)) {
            want = ArchitecturesTest.logits(scaled, golden.ints("input_ids"));
        }
        try (Golden golden = new Golden(Golden.path(name + "/expected.safetensors"));
                ModelFile stretched = ModelFile.open(twin(name, architecture, headDim, builder -> {}), factor)) {
            assertThat(ArchitecturesTest.logits(stretched, golden.ints("input_ids")))
                    .isEqualTo(want);
            assertThat(stretched.architecture().contextLength()).isEqualTo((int) (512 * factor));
            assertThat(stretched.architecture().stretch()).isEqualTo(factor);
        }
    }

    @Test
    void apply_slidingLayers_keepTheirRotation() throws IOException {
        Path path = twin("gemma3", "gemma3", 32, builder -> {});
        try (ModelFile plain = ModelFile.open(path);
                ModelFile stretched = ModelFile.open(path, 4)) {
            for (int i = 0; i < plain.architecture().layers(); i++) {
                LayerDescription before = plain.architecture().stack().get(i);
                LayerDescription after = stretched.architecture().stack().get(i);
                boolean global = before.window() == Integer.MAX_VALUE;
                assertThat(after.rope().magnitude()).isEqualTo(global ? 0.1 * Math.log(4) + 1 : 1);
                if (!global) {
                    assertThat(after.rope().frequencies())
                            .isEqualTo(before.rope().frequencies());
                }
            }
        }
    }

    @Test
    void indexRope_ofAStretchedModel_turnsAsItsLayersDo() throws IOException {
        Path path = twin("llama", "llama", 16, builder -> {});
        try (ModelFile plain = ModelFile.open(path);
                ModelFile stretched = ModelFile.open(path, 4)) {
            Rope trained = Rope.ofTheta(16, 10_000, RopeLayout.HALF_SPLIT);
            Architecture a = stretched.architecture();

            assertThat(ContextStretch.indexRope(plain.architecture(), trained)).isEqualTo(trained);
            Rope index = ContextStretch.indexRope(a, trained);
            assertThat(index.magnitude()).isEqualTo(1);
            assertThat(index.frequencies())
                    .containsExactly(a.stack().getFirst().rope().frequencies(), within(1e-12));
            assertThat(index.frequencies()[7]).isCloseTo(trained.frequencies()[7] / 4, within(1e-12));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, -1, 257, Double.NaN, Double.POSITIVE_INFINITY})
    void open_impossibleFactor_saysTheRange(double factor) throws IOException {
        Path path = twin("llama", "llama", 16, builder -> {});
        assertThatThrownBy(() -> ModelFile.open(path, factor).close())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("give 1 to 256");
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "yarn"})
    void open_scaledAlready_refuses(String type) throws IOException {
        Path path = twin(
                "llama",
                "llama",
                16,
                builder -> builder.put("llama.rope.scaling.type", type).put("llama.rope.scaling.factor", 2f));
        assertThatThrownBy(() -> ModelFile.open(path, 4).close())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("scaled already");
        assertThatThrownBy(() -> ModelFile.open(Golden.path("llama31"), 4).close())
                .hasMessageContaining("scaled already");
    }

    @Test
    void open_latentAttention_refuses() {
        assertThatThrownBy(() -> ModelFile.open(Golden.path("deepseek_v32"), 4).close())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("latent attention");
    }
}
