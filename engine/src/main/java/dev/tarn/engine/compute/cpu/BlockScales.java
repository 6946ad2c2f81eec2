package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.format.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The halves by which a block's integers are scaled. They are looked through once, when a weight is taken in: one infinite scale makes every
 * token's logits undefined, and inner loops that may rely on finite ones need not test for others.
 */
final class BlockScales {
    /** The exponent's bits in a half's upper byte. */
    private static final int EXPONENT = 0x7c;

    /** Blocks that are looked at together. */
    private static final int BLOCKS = 256;

    private static final int[] NONE = {};

    private BlockScales() {}

    /** Where the halves stand in a block of the type, in bytes. */
    private static int[] places(TensorType type) {
        return switch (type) {
            case Q8_0, Q4_0, Q5_0, IQ4_NL, IQ4_XS -> new int[] {0};
            case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {0, 2};
            case Q2_K -> new int[] {80, 82};
            case Q3_K -> new int[] {108};
            case Q6_K -> new int[] {208};
            default -> NONE;
        };
    }

    /**
     * Looks at every block.
     *
     * @throws EngineException naming the tensor and the byte if a scale is infinite or undefined
     */
    static void requireFinite(TensorView stored) {
        MemorySegment data = stored.data();
        int blockBytes = stored.type().blockBytes();
        byte[] blocks = new byte[BLOCKS * blockBytes];
        for (int place : places(stored.type())) {
            for (long from = 0; from < data.byteSize(); from += blocks.length) {
                int count = (int) Math.min(blocks.length, data.byteSize() - from);
                MemorySegment.copy(data, ValueLayout.JAVA_BYTE, from, blocks, 0, count);
                int infinite = infinite(blocks, count, place, blockBytes);
                if (infinite >= 0) {
                    throw new EngineException("tensor " + stored.name()
                            + " has a scale that is no finite number at byte " + (from + infinite)
                            + " of its data: the file is damaged, fetch or convert it again");
                }
            }
        }
    }

    /** The first place of an infinite or undefined half, or -1. It runs before anything is compiled: an array is read fastest then. */
    private static int infinite(byte[] blocks, int count, int place, int blockBytes) {
        for (int at = place; at < count; at += blockBytes) {
            if ((blocks[at + 1] & EXPONENT) == EXPONENT) {
                return at;
            }
        }
        return -1;
    }
}
