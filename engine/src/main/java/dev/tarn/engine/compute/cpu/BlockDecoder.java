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
            default ->
                throw new EngineException("weights of type " + type + " cannot be run: use F32, F16, BF16 or Q8_0");
        };
    }

    private static void float32(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        MemorySegment.copy(data, FLOAT, offset, y, yOffset, count);
    }

    private static void float16(MemorySegment data, long offset, int count, float[] y, int yOffset) {
        for (int i = 0; i < count; i++) {
            y[yOffset + i] = Float.float16ToFloat(data.get(SHORT, offset + 2L * i));
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
            float scale = Float.float16ToFloat(data.get(SHORT, at));
            for (int i = 0; i < 32; i++) {
                y[yOffset + 32 * block + i] = scale * data.get(ValueLayout.JAVA_BYTE, at + 2 + i);
            }
        }
    }
}
