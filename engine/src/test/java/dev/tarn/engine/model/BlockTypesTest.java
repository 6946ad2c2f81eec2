package dev.tarn.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.decode.Sequence;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One random Llama in each of GGUF's block types, as llama.cpp quantised it, against a float32 forward over its weights. */
class BlockTypesTest {
    private static final double TOLERANCE = 2e-3;

    @ParameterizedTest(name = "{0}, {1} kernels")
    @CsvSource({
        "Q4_0, vector", "Q4_1, vector", "Q5_0, vector", "Q5_1, vector", "Q2_K, vector", "Q3_K_M, vector",
        "Q4_K_M, vector", "Q4_K_M, plain", "Q5_K_M, vector", "Q6_K, vector", "IQ4_NL, vector", "IQ4_XS, vector"
    })
    void logits_ofTheType_agreeWithReference(String type, String kernels) {
        try (Golden golden = new Golden(Golden.path("gguf/expected.safetensors"));
                ModelFile file = ModelFile.open(Golden.path("gguf/llama-" + type + ".gguf"));
                CpuBackend backend = new CpuBackend(GoldenTest.kernels(kernels), 2);
                Decoder decoder = new Decoder(file, backend, null);
                Sequence sequence =
                        new Sequence(decoder, decoder.attention(AttentionSpec.DENSE, SelectionListener.NONE))) {
            int[] ids = golden.ints("input_ids");
            sequence.prefill(ids, 0, _ -> {});
            Tensor rows = decoder.logits(0, ids.length);
            int vocabulary = decoder.architecture().vocabulary();
            assertThat(worst(rows, vocabulary, golden.floats("logits." + type))).isLessThan(TOLERANCE);
        }
    }

    private static double worst(Tensor rows, int vocabulary, float[] want) {
        double worst = 0;
        float[] got = new float[vocabulary];
        for (int at = 0; at < want.length; at++) {
            if (at % vocabulary == 0) {
                rows.read(at / vocabulary, 0, vocabulary, got, 0);
            }
            double off = Math.abs(got[at % vocabulary] - want[at]);
            worst = Double.isNaN(off) ? Double.POSITIVE_INFINITY : Math.max(worst, off);
        }
        return worst;
    }
}
