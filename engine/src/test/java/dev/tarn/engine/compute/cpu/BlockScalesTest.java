package dev.tarn.engine.compute.cpu;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.format.TensorView;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BlockScalesTest {
    private static final int BLOCKS = 6;

    static Stream<TensorType> types() {
        return Arrays.stream(TensorType.values()).filter(TensorType::isQuantised);
    }

    private static TensorView weights(TensorType type, byte[] bytes) {
        return new TensorView("w", type, new long[] {2, 3L * type.blockLength()}, MemorySegment.ofArray(bytes));
    }

    private static boolean isScale(TensorType type, int place) {
        byte[] bytes = new byte[type.blockBytes()];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putShort(place, (short) 0x7c00);
        float[] values = new float[type.blockLength()];
        BlockDecoder.of(type).decode(MemorySegment.ofArray(bytes), 0, values.length, values, 0);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return true;
            }
        }
        return false;
    }

    @ParameterizedTest
    @MethodSource("types")
    void requireFinite_everyHalfOfABlock_isRefusedJustWhereItMakesWeightsUndefined(TensorType type) {
        for (int block = 0; block < BLOCKS; block++) {
            for (int place = 0; place < type.blockBytes() - 1; place++) {
                byte[] bytes = new byte[BLOCKS * type.blockBytes()];
                int at = block * type.blockBytes() + place;
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putShort(at, (short) 0xfc00);
                if (isScale(type, place)) {
                    assertThatThrownBy(() -> BlockScales.requireFinite(weights(type, bytes)))
                            .isInstanceOf(EngineException.class)
                            .hasMessageContaining("tensor w ")
                            .hasMessageContaining("byte " + at + " ");
                } else if (block % 2 == 0) {
                    assertThatCode(() -> BlockScales.requireFinite(weights(type, bytes)))
                            .as("byte %d", place)
                            .doesNotThrowAnyException();
                }
            }
        }
    }
}
