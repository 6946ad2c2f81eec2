package dev.tarn.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.Kernels;
import dev.tarn.engine.compute.cpu.PlainKernels;
import dev.tarn.engine.compute.cpu.VectorKernels;
import dev.tarn.engine.decode.Sampler;
import dev.tarn.engine.decode.Sequence;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logits and greedy continuations against transformers (llama) and a float32 forward over dequantised weights (GGUF). */
class GoldenTest {
    private static final double TOLERANCE = 2e-3;

    @ParameterizedTest(name = "{0}, {3} kernels")
    @CsvSource({
        "llama, llama/expected.safetensors, logits, plain",
        "llama, llama/expected.safetensors, logits, vector",
        "gguf/llama-F32.gguf, gguf/expected.safetensors, logits.F32, vector",
        "gguf/llama-F16.gguf, gguf/expected.safetensors, logits.F16, vector",
        "gguf/llama-BF16.gguf, gguf/expected.safetensors, logits.BF16, vector",
        "gguf/llama-Q8_0.gguf, gguf/expected.safetensors, logits.Q8_0, vector",
        "gguf/llama-Q8_0.gguf, gguf/expected.safetensors, logits.Q8_0, plain"
    })
    void logits_prefillAndDecode_agreeWithReference(String model, String expected, String logits, String kernels) {
        try (Golden golden = new Golden(Golden.path(expected));
                ModelFile file = ModelFile.open(Golden.path(model));
                CpuBackend backend = new CpuBackend(kernels(kernels), 2);
                Decoder decoder = new Decoder(file, backend, null);
                Sequence sequence = sequence(decoder);
                Sequence whole = sequence(decoder)) {
            int[] ids = golden.ints("input_ids");
            float[] want = golden.floats(logits);
            int vocabulary = decoder.architecture().vocabulary();
            float[] got = new float[vocabulary];
            whole.prefill(ids, 0, _ -> {});
            Tensor all = decoder.logits(0, ids.length);
            for (int t = 0; t < ids.length; t++) {
                all.read(t, 0, vocabulary, got, 0);
                requireRow(got, want, t);
            }
            for (int t = 0; t < ids.length; t++) {
                sequence.decode(ids[t]);
                sequence.readLogits(got);
                requireRow(got, want, t);
            }
            if (model.equals("llama")) {
                assertThat(greedy(sequence, got, 24)).isEqualTo(golden.ints("greedy"));
            }
        }
    }

    static Kernels kernels(String name) {
        return name.equals("plain") ? new PlainKernels() : new VectorKernels();
    }

    private static Sequence sequence(Decoder decoder) {
        return new Sequence(decoder, decoder.attention(AttentionSpec.DENSE, SelectionListener.NONE));
    }

    private static void requireRow(float[] got, float[] want, int row) {
        for (int i = 0; i < got.length; i++) {
            assertThat((double) got[i])
                    .as("position %d, id %d", row, i)
                    .isCloseTo(want[row * got.length + i], within(TOLERANCE));
        }
    }

    /** The next likeliest tokens, each run in turn; {@code logits} are those of the last token run. */
    static int[] greedy(Sequence sequence, float[] logits, int count) {
        return IntStream.range(0, count)
                .map(_ -> {
                    int token = Sampler.argmax(logits);
                    sequence.decode(token);
                    sequence.readLogits(logits);
                    return token;
                })
                .toArray();
    }
}
