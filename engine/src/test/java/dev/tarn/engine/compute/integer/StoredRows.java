package dev.tarn.engine.compute.integer;

import dev.tarn.engine.format.TensorType;
import java.util.Random;
import java.util.stream.Stream;

/** Random blocks of weights. */
final class StoredRows {
    private static final int[] EXTREME_HALVES = {0, 0x8000, 1, 0x83ff, 0x7bff, 0xfbff, 0x3c00};

    private StoredRows() {}

    static Stream<TensorType> types() {
        return Stream.of(TensorType.values()).filter(type -> IntegerProducts.takes(type, 256));
    }

    /** Random integers, with float16 of ordinary size in every place where a scale or a minimum may stand. */
    static byte[] blocks(TensorType type, Random random, int count) {
        return blocks(type, random, count, () -> Float.floatToFloat16((float) random.nextGaussian() / 8));
    }

    /** The same with the largest, smallest and subnormal float16 among them. */
    static byte[] wild(TensorType type, Random random, int count) {
        return blocks(type, random, count, () -> (short) EXTREME_HALVES[random.nextInt(EXTREME_HALVES.length)]);
    }

    private static byte[] blocks(TensorType type, Random random, int count, HalfSource halves) {
        byte[] bytes = new byte[count * type.blockBytes()];
        random.nextBytes(bytes);
        for (int block = 0; block < count; block++) {
            int at = block * type.blockBytes();
            for (int place : new int[] {0, 2, type.blockBytes() - 2}) {
                short half = halves.next();
                bytes[at + place] = (byte) half;
                bytes[at + place + 1] = (byte) (half >> 8);
            }
        }
        return bytes;
    }

    @FunctionalInterface
    private interface HalfSource {
        short next();
    }
}
