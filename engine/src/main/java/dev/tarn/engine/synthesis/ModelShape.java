package dev.tarn.engine.synthesis;

import dev.tarn.engine.EngineException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The shape of a published model, from its configuration file.
 *
 * @param name what users call it
 * @param architecture GGUF's {@code general.architecture}
 * @param layers decoder layers
 * @param hidden floats of the residual stream
 * @param heads query heads
 * @param kvHeads KV heads
 * @param headDim floats of a head
 * @param feedForward inner size of the gated MLP
 * @param vocabulary tokens
 * @param context tokens it was trained for
 * @param tied whether the output matrix is the embedding
 * @param normEps epsilon of the RMSNorms
 * @param ropeTheta base of the rotary frequencies
 * @param ropeFactor Llama 3.1's stretch of the low rotary frequencies; 1 for none
 * @param preTokenizer GGUF's {@code tokenizer.ggml.pre}
 */
public record ModelShape(
        String name,
        String architecture,
        int layers,
        int hidden,
        int heads,
        int kvHeads,
        int headDim,
        int feedForward,
        int vocabulary,
        int context,
        boolean tied,
        float normEps,
        float ropeTheta,
        int ropeFactor,
        String preTokenizer) {
    private static final String LLAMA = "llama";
    private static final String QWEN3 = "qwen3";
    private static final int K = 1024;

    /** The shapes that can be named. Tiny-1M is the embedded model's with a long context. */
    public static final List<ModelShape> ALL = List.of(
            llama("SmolLM2-135M", 30, 576, 9, 3, 1536, 49_152, 8 * K, true, 100_000, 1, "smollm"),
            llama("SmolLM2-360M", 32, 960, 15, 5, 2560, 49_152, 8 * K, true, 100_000, 1, "smollm"),
            llama("SmolLM2-1.7B", 24, 2048, 32, 32, 8192, 49_152, 8 * K, true, 130_000, 1, "smollm"),
            llama("Llama-3.2-1B", 16, 2048, 32, 8, 8192, 128_256, 128 * K, true, 500_000, 32, "llama-bpe"),
            llama("Llama-3.2-3B", 28, 3072, 24, 8, 8192, 128_256, 128 * K, true, 500_000, 32, "llama-bpe"),
            llama("Llama-3.1-8B", 32, 4096, 32, 8, 14_336, 128_256, 128 * K, false, 500_000, 8, "llama-bpe"),
            llama("LWM-7B", 32, 4096, 32, 32, 11_008, 32_000, K * K, false, 50_000_000, 1, "gpt-2"),
            qwen3("Qwen3-0.6B", 28, 1024, 16, 8, 3072),
            qwen3("Qwen3-1.7B", 28, 2048, 16, 8, 6144),
            qwen3("Qwen3-4B", 36, 2560, 32, 8, 9728),
            llama("Tiny-1M", 8, 256, 4, 2, 768, 4096, K * K, true, 500_000, 1, "gpt-2"));

    private static ModelShape llama(
            String name,
            int layers,
            int hidden,
            int heads,
            int kvHeads,
            int feedForward,
            int vocabulary,
            int context,
            boolean tied,
            float theta,
            int ropeFactor,
            String pre) {
        return new ModelShape(
                name,
                LLAMA,
                layers,
                hidden,
                heads,
                kvHeads,
                hidden / heads,
                feedForward,
                vocabulary,
                context,
                tied,
                1e-5f,
                theta,
                ropeFactor,
                pre);
    }

    private static ModelShape qwen3(String name, int layers, int hidden, int heads, int kvHeads, int feedForward) {
        return new ModelShape(
                name,
                QWEN3,
                layers,
                hidden,
                heads,
                kvHeads,
                128,
                feedForward,
                151_936,
                40 * K,
                true,
                1e-6f,
                1_000_000,
                1,
                "qwen2");
    }

    /** Whether each head of queries and keys is normalised. */
    boolean normalisesHeads() {
        return architecture.equals(QWEN3);
    }

    /**
     * The shape of this name, in any case.
     *
     * @throws EngineException naming the known shapes
     */
    public static ModelShape of(String name) {
        return ALL.stream()
                .filter(shape -> shape.name.equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new EngineException("there is no shape '" + name + "'; known are "
                        + ALL.stream().map(ModelShape::name).collect(Collectors.joining(", "))));
    }
}
