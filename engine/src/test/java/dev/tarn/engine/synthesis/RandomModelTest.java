package dev.tarn.engine.synthesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.format.GgufFile;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.RandomIndexer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RandomModelTest {
    @TempDir
    private Path folder;

    private Path make(String what, long seed) {
        Path file = folder.resolve(what.replace(':', '-') + seed + ".gguf");
        RandomModel.parse(what, seed).write(file, _ -> {});
        return file;
    }

    @ParameterizedTest
    @EnumSource
    void model_ofEveryType_decodesToFiniteLogitsThatDiffer(WeightMix mix) {
        try (var model = ModelFile.open(make("tiny-1m:" + mix, 3));
                var backend = new CpuBackend(KernelProvider.select(), 1);
                var decoder = new Decoder(model, backend, null);
                var sequence = new Sequence(decoder, decoder.attention(AttentionSpec.DENSE, SelectionListener.NONE))) {
            int[] prompt = model.tokenizer().encode("the rat eats it", false);
            sequence.prefill(prompt, 0, _ -> {});
            sequence.decode(5);
            float[] logits = new float[model.architecture().vocabulary()];
            sequence.readLogits(logits);

            double squares = 0;
            for (float logit : logits) {
                assertThat(logit).isFinite();
                squares += logit * logit;
            }
            assertThat(Math.sqrt(squares / logits.length)).isBetween(0.5, 2.0);
        }
    }

    /** Opening checks every tensor's shape against the architecture; weights are not written, only their table is. */
    @ParameterizedTest
    @MethodSource("shapes")
    void shape_everyOne_isAModelThatTarnOpens(ModelShape shape) throws IOException {
        assertThat(shape.heads() % shape.kvHeads()).isZero();
        assertThat(new RandomModel(shape, WeightMix.Q4_0, 1).bytes())
                .isGreaterThan((long) shape.layers() * shape.hidden() * shape.feedForward());
        if (shape.name().startsWith("Qwen3-0") || shape.name().equals("SmolLM2-135M")) {
            Path file = make(shape.name() + ":Q4_K_M", 1);
            try (var model = ModelFile.open(file);
                    var backend = new CpuBackend(KernelProvider.select(), 1);
                    var decoder = new Decoder(model, backend, null)) {
                assertThat(decoder.architecture().layers()).isEqualTo(shape.layers());
                assertThat(decoder.architecture().vocabulary()).isEqualTo(shape.vocabulary());
                assertThat(decoder.architecture().contextLength()).isEqualTo(shape.context());
                assertThat(decoder.architecture().attention().keyDim()).isEqualTo(shape.headDim());
                assertThat(model.tokenizer().decode(model.tokenizer().encode("Hello, 你好 world!\n", false)))
                        .isEqualTo("Hello, 你好 world!\n");
            }
            Files.delete(file);
        }
    }

    static java.util.List<ModelShape> shapes() {
        return ModelShape.ALL;
    }

    @Test
    void types_followLlamaQuantize() {
        try (var file = GgufFile.open(make("SmolLM2-135M:Q4_K_M", 1))) {
            assertThat(file.tensor("token_embd.weight").type()).isEqualTo(TensorType.Q8_0);
            assertThat(file.tensor("blk.0.attn_norm.weight").type()).isEqualTo(TensorType.F32);
            assertThat(file.tensor("blk.0.attn_q.weight").type()).isEqualTo(TensorType.Q5_0);
            assertThat(file.tensor("blk.0.ffn_down.weight").type()).isEqualTo(TensorType.Q6_K);
            assertThat(file.tensor("blk.4.ffn_down.weight").type()).isEqualTo(TensorType.Q4_K);
            assertThat(file.tensor("blk.0.ffn_down.weight").shape()).containsExactly(576, 1536);
        }
    }

    @Test
    void model_bySeed_isTheSameFileOrAnother() throws IOException {
        byte[] one = Files.readAllBytes(make("Tiny-1M:Q4_0", 1));
        Files.delete(folder.resolve("Tiny-1M-Q4_01.gguf"));
        assertThat(Files.readAllBytes(make("Tiny-1M:q4_0", 1))).isEqualTo(one);
        assertThat(Files.readAllBytes(make("Tiny-1M:Q4_0", 2))).isNotEqualTo(one);
    }

    @Test
    void randomIndexer_onAnyModel_selects() {
        try (var model = ModelFile.open(make("Tiny-1M:Q8_0", 1));
                var indexer = new RandomIndexer(4);
                var backend = new CpuBackend(KernelProvider.select(), 2);
                var decoder = new Decoder(model, backend, indexer)) {
            int[] counts = {0};
            var attention = decoder.attention(
                    AttentionSpecs.parse("dsa:k=8"), (_, _, _, selection, _) -> counts[0] += selection.count);
            try (var sequence = new Sequence(decoder, attention)) {
                sequence.prefill(new int[20], Integer.MAX_VALUE, _ -> {});
                sequence.decode(3);
            }
            assertThat(counts[0]).isEqualTo(8 * decoder.architecture().layers());
        }
    }

    @Test
    void names_unknown_areAnsweredWithTheKnown() {
        assertThatThrownBy(() -> RandomModel.parse("GPT-5:Q4_0", 1))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("no shape 'GPT-5'")
                .hasMessageContaining("Llama-3.2-1B");
        assertThatThrownBy(() -> RandomModel.parse("Llama-3.2-1B:Q9", 1))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("no type 'Q9'")
                .hasMessageContaining("Q4_K_M");
        assertThatThrownBy(() -> RandomModel.parse("Llama-3.2-1B", 1)).hasMessageContaining("give SHAPE:TYPE");
    }
}
