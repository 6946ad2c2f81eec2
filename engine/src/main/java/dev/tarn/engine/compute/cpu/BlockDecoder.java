package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.format.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Turns stored weights of one type into floats, as the type's definition reads (ggml block formats, little-endian). */
interface BlockDecoder {
    /** Reads {@code count} weights from byte {@code offset} on; whole blocks only. */
    void decode(MemorySegment data, long offset, int count, float[] y, int yOffset);

    ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** The decoder of a type; an error where a matrix cannot be stored in that type. */
    static BlockDecoder of(TensorType type) {
        return switch (type) {
            case F32 -> BlockDecoder::float32;
            case F16 -> BlockDecoder::float16;
            case BF16 -> BlockDecoder::bfloat16;
            case Q8_0 -> BlockDecoder::q8_0;
            case Q4_0 -> LegacyBlocks::q4_0;
            case Q4_1 -> LegacyBlocks::q4_1;
            case Q5_0 -> LegacyBlocks::q5_0;
            case Q5_1 -> LegacyBlocks::q5_1;
            case Q2_K -> SuperBlocks::q2_k;
            case Q3_K -> SuperBlocks::q3_k;
            case Q4_K -> SuperBlocks::q4_k;
            case Q5_K -> SuperBlocks::q5_k;
            case Q6_K -> SuperBlocks::q6_k;
            case IQ4_NL -> CodebookBlocks::iq4_nl;
            case IQ4_XS -> CodebookBlocks::iq4_xs;
            case F64, I8, I16, I32, I64, U8, BOOL ->
                throw new EngineException("weights of type " + type
                        + " cannot be run: convert them to F32, F16, BF16 or one of GGUF's block types");
        };
    }

    /** The float16 at a byte offset. */
    static float half(MemorySegment data, long offset) {
        return Float.float16ToFloat(data.get(SHORT, offset));
    }

    /** The byte at an offset, as 0..255. */
    static int unsigned(MemorySegment data, long offset) {
        return data.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }

    private static void float32(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        MemorySegment.copy(data, FLOAT, offset, y, yOffset, count);
    }

    private static void float16(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int i = 0; i < count; i++) {
            y[yOffset + i] = half(data, offset + 2L * i);
        }
    }

    private static void bfloat16(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int i = 0; i < count; i++) {
            y[yOffset + i] = Float.intBitsToFloat(data.get(SHORT, offset + 2L * i) << 16);
        }
    }

    /** A block of 32: a float16 scale d, then 32 int8 q; weight = d · q. */
    private static void q8_0(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int block = 0; block < count / 32; block++) {
            long at = offset + 34L * block;
            float scale = half(data, at);
            for (int i = 0; i < 32; i++) {
                y[yOffset + 32 * block + i] = scale * data.get(ValueLayout.JAVA_BYTE, at + 2 + i);
            }
        }
    }
}
