package dev.tarn.engine.synthesis;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.format.TensorType;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Which tensors of a file are stored in which type, under the names and by the rules of llama.cpp's llama-quantize. */
public enum WeightMix {
    F32(0, TensorType.F32),
    F16(1, TensorType.F16),
    BF16(32, TensorType.BF16),
    Q8_0(7, TensorType.Q8_0),
    Q4_0(2, TensorType.Q4_0),
    Q4_1(3, TensorType.Q4_1),
    Q5_0(8, TensorType.Q5_0),
    Q5_1(9, TensorType.Q5_1),
    Q4_K_M(15, TensorType.Q4_K),
    Q5_K_M(17, TensorType.Q5_K),
    Q6_K(18, TensorType.Q6_K),
    IQ4_NL(25, TensorType.IQ4_NL),
    IQ4_XS(30, TensorType.IQ4_XS);

    private final int fileType;
    private final TensorType base;

    WeightMix(int fileType, TensorType base) {
        this.fileType = fileType;
        this.base = base;
    }

    /** GGUF's {@code general.file_type}. */
    int fileType() {
        return fileType;
    }

    /** The type of the output matrix, or of the embedding where that is the output matrix too: more bits than the others. */
    TensorType output(int cols) {
        boolean plain = !base.isQuantised() || base == TensorType.Q8_0;
        return plain ? base : fitting(TensorType.Q6_K, cols);
    }

    /** The type of any other matrix. */
    TensorType matrix(int cols) {
        return fitting(base, cols);
    }

    /** The type of the value and down matrices, which the K mixes store with more bits in half of the layers. */
    TensorType sensitive(int layer, int layers, int cols) {
        boolean mixed = this == Q4_K_M || this == Q5_K_M;
        boolean more = layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
        return fitting(mixed && more ? TensorType.Q6_K : base, cols);
    }

    /** The type, or the one that llama-quantize falls back to where rows are not whole blocks of 256. */
    private static TensorType fitting(TensorType type, int cols) {
        if (cols % type.blockLength() == 0) {
            return type;
        }
        return switch (type) {
            case Q4_K -> TensorType.Q5_0;
            case Q5_K -> TensorType.Q5_1;
            case IQ4_XS -> TensorType.IQ4_NL;
            default -> TensorType.Q8_0;
        };
    }

    /**
     * The mix of this name, in any case.
     *
     * @throws EngineException naming the known mixes
     */
    public static WeightMix of(String name) {
        return Arrays.stream(values())
                .filter(mix -> mix.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new EngineException("there is no type '" + name + "'; known are "
                        + Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "))));
    }
}
