package dev.tarn.engine.compute.integer;

import dev.tarn.engine.compute.x86.Assembler;
import dev.tarn.engine.compute.x86.Mem;
import dev.tarn.engine.compute.x86.Vec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Vectors of 256 bits that the code loads, and what its functions do alike. */
final class CodeConstants {
    /**
     * How many bytes before it is needed a line of weights is asked for. Hardware stops at each page, and rows that go side by side are not
     * the stream that it looks for: from memory this doubles the rate of the kernels with two rows (1 to 4 KiB measure alike).
     */
    static final int AHEAD = 2048;

    private CodeConstants() {}

    static Mem bytes(Assembler code, IntUnaryOperator of) {
        byte[] bytes = new byte[32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) of.applyAsInt(i);
        }
        return code.constant(bytes);
    }

    static Mem ints(Assembler code, int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(bytes::putInt);
        return code.constant(bytes.array());
    }

    static Mem floats(Assembler code, float value) {
        int[] bits = new int[8];
        Arrays.fill(bits, Float.floatToRawIntBits(value));
        return ints(code, bits);
    }

    /** Sixteen times the 16-bit integer 1. */
    static Mem ones(Assembler code) {
        return bytes(code, i -> i % 2 == 0 ? 1 : 0);
    }

    /** Leaves the sum of eight lanes in the lowest, in the order of {@link PlainIntegerProducts#sum}. */
    static void sumLanes(Assembler code, Vec lanes, Vec spare) {
        code.vextracti128(spare.low(), lanes, 1);
        code.vaddps(lanes.low(), lanes.low(), spare.low());
        code.vhaddps(lanes.low(), lanes.low(), lanes.low());
        code.vhaddps(lanes.low(), lanes.low(), lanes.low());
    }

    static void clear(Assembler code, Vec vector) {
        code.vpxor(vector, vector, vector);
    }
}
