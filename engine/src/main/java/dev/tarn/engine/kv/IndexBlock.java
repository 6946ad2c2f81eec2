package dev.tarn.engine.kv;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A block of index keys: dimension-major, one token per lane. float32: [dim][tokens]. int8: bytes [dim][tokens], then the tokens'
 * float32 scales.
 */
final class IndexBlock {
    private static final int TOKENS = PageTable.TOKENS;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private IndexBlock() {}

    static void write(IndexType type, float[] key, int from, int dim, MemorySegment block, int lane) {
        if (type == IndexType.F32) {
            for (int d = 0; d < dim; d++) {
                block.setAtIndex(FLOAT, (long) d * TOKENS + lane, key[from + d]);
            }
            return;
        }
        float scale = NumberCodec.scale(key, from, dim);
        float inverse = scale == 0 ? 0 : 1 / scale;
        for (int d = 0; d < dim; d++) {
            block.set(BYTE, (long) d * TOKENS + lane, NumberCodec.quantised(key[from + d], inverse));
        }
        block.set(FLOAT, (long) dim * TOKENS + (long) Float.BYTES * lane, scale);
    }

    /** Copies a block to {@code out}, [dim][tokens]. */
    static void read(IndexType type, MemorySegment block, int dim, float[] out) {
        if (type == IndexType.F32) {
            MemorySegment.copy(block, FLOAT, 0, out, 0, dim * TOKENS);
            return;
        }
        for (int d = 0; d < dim; d++) {
            for (int lane = 0; lane < TOKENS; lane++) {
                float scale = block.get(FLOAT, (long) dim * TOKENS + (long) Float.BYTES * lane);
                out[d * TOKENS + lane] = block.get(BYTE, (long) d * TOKENS + lane) * scale;
            }
        }
    }
}
