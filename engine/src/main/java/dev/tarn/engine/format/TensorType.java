package dev.tarn.engine.format;

import dev.tarn.engine.EngineException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the elements of a tensor are stored. Quantised types store blocks of {@link #blockLength()} consecutive elements
 * of one row in {@link #blockBytes()} bytes; plain types are blocks of one. Ids and layouts are those of ggml
 * (ggml.h, ggml-common.h) and the dtype names those of the safetensors format.
 */
public enum TensorType {
    F32(0, 1, 4, "F32"),
    F16(1, 1, 2, "F16"),
    BF16(30, 1, 2, "BF16"),
    F64(28, 1, 8, "F64"),
    Q4_0(2, 32, 18, null),
    Q4_1(3, 32, 20, null),
    Q5_0(6, 32, 22, null),
    Q5_1(7, 32, 24, null),
    Q8_0(8, 32, 34, null),
    Q2_K(10, 256, 84, null),
    Q3_K(11, 256, 110, null),
    Q4_K(12, 256, 144, null),
    Q5_K(13, 256, 176, null),
    Q6_K(14, 256, 210, null),
    IQ4_NL(20, 32, 18, null),
    IQ4_XS(23, 256, 136, null),
    I8(24, 1, 1, "I8"),
    I16(25, 1, 2, "I16"),
    I32(26, 1, 4, "I32"),
    I64(27, 1, 8, "I64"),
    U8(-1, 1, 1, "U8"),
    BOOL(-1, 1, 1, "BOOL");

    private static final @Nullable TensorType[] BY_ID = new TensorType[64];

    static {
        for (var type : values()) {
            if (type.ggmlId >= 0) {
                BY_ID[type.ggmlId] = type;
            }
        }
    }

    private final int ggmlId;
    private final int blockLength;
    private final int blockBytes;
    private final @Nullable String dtype;

    TensorType(int ggmlId, int blockLength, int blockBytes, @Nullable String dtype) {
        this.ggmlId = ggmlId;
        this.blockLength = blockLength;
        this.blockBytes = blockBytes;
        this.dtype = dtype;
    }

    /** The type's number in GGUF files, or -1 if GGUF has none. */
    public int ggmlId() {
        return ggmlId;
    }

    /** Elements in one block. */
    public int blockLength() {
        return blockLength;
    }

    /** Bytes of one block. */
    public int blockBytes() {
        return blockBytes;
    }

    /** Whether several elements share a block with scales. */
    public boolean isQuantised() {
        return blockLength > 1;
    }

    /**
     * Bytes that {@code elements} take.
     *
     * @param elements a multiple of {@link #blockLength()}
     * @throws EngineException if it is not a multiple, or the bytes do not fit a long
     */
    public long bytes(long elements) {
        if (elements % blockLength != 0) {
            throw new EngineException("type " + this + " stores blocks of " + blockLength
                    + " elements, which does not divide a row of " + elements);
        }
        long blocks = elements / blockLength;
        if (blocks > Long.MAX_VALUE / blockBytes) {
            throw new EngineException(elements + " elements of type " + this + " are more bytes than can be addressed");
        }
        return blocks * blockBytes;
    }

    /** The type with this GGUF number, or null if this reader does not know it. */
    static @Nullable TensorType ofGgml(int id) {
        return id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
    }

    /** The type with this safetensors dtype name, or null if this reader does not know it. */
    static @Nullable TensorType ofDtype(String name) {
        for (var type : values()) {
            if (name.equals(type.dtype)) {
                return type;
            }
        }
        return null;
    }

    /** The safetensors dtype name, or null for block types. */
    @Nullable
    String dtype() {
        return dtype;
    }

    /** The GGUF types as {@code F32 (0), F16 (1), …} for error messages. */
    static String ggmlNames() {
        return Arrays.stream(values())
                .filter(type -> type.ggmlId >= 0)
                .map(type -> type + " (" + type.ggmlId + ")")
                .collect(Collectors.joining(", "));
    }

    /** The safetensors dtypes for error messages. */
    static String dtypeNames() {
        return Arrays.stream(values())
                .filter(type -> type.dtype != null)
                .map(TensorType::name)
                .collect(Collectors.joining(", "));
    }
}
