package dev.tarn.engine.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.format.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Blocks small enough to work out by hand. */
class BlockDecoderTest {
    private static final int ONE = 0x3c00;
    private static final int TWO = 0x4000;
    private static final int HALF = 0x3800;

    private final byte[] block = new byte[256];

    private void half(int at, int bits) {
        block[at] = (byte) bits;
        block[at + 1] = (byte) (bits >> 8);
    }

    private float[] decode(TensorType type) {
        float[] y = new float[type.blockLength()];
        BlockDecoder.of(type).decode(MemorySegment.ofArray(block), 0, y.length, y, 0);
        return y;
    }

    @Test
    void q4_0_halvesOfAByte_areWeightsJAndJ16LessEight() {
        half(0, TWO);
        block[2] = (byte) 0xf1;
        assertThat(decode(TensorType.Q4_0)).startsWith(-14f, -16f).containsSequence(14f, -16f);
    }

    @Test
    void q4_1_minimum_isAdded() {
        half(0, TWO);
        half(2, HALF);
        block[4 + 15] = (byte) 0xa3;
        float[] y = decode(TensorType.Q4_1);
        assertThat(y[15]).isEqualTo(6.5f);
        assertThat(y[31]).isEqualTo(20.5f);
        assertThat(y[0]).isEqualTo(0.5f);
    }

    @Test
    void q5_0_fifthBit_isBitJOfTheWord() {
        half(0, ONE);
        block[2 + 2] = 1;
        block[6] = 0x20;
        float[] y = decode(TensorType.Q5_0);
        assertThat(y[0]).isEqualTo(-16f);
        assertThat(y[16]).isEqualTo(2f);
    }

    @Test
    void q5_1_lastWeight_takesTheWordsHighestBit() {
        half(0, ONE);
        half(2, TWO);
        block[4 + 3] = (byte) 0x80;
        block[8 + 15] = (byte) 0xf0;
        float[] y = decode(TensorType.Q5_1);
        assertThat(y[31]).isEqualTo(33f);
        assertThat(y[15]).isEqualTo(2f);
    }

    @Test
    void q2_k_secondGroup_hasItsOwnScaleAndMinimum() {
        half(80, TWO);
        half(82, ONE);
        block[1] = 0x53;
        block[16 + 16] = 3;
        float[] y = decode(TensorType.Q2_K);
        assertThat(y[16]).isEqualTo(2f * 3 * 3 - 5);
        assertThat(y[17]).isEqualTo(-5f);
        assertThat(y[0]).isEqualTo(0f);
    }

    @Test
    void q3_k_clearThirdBit_takesFourOff() {
        half(108, ONE);
        block[96] = 1; // group 0: low bits 1
        block[96 + 8] = 3; // group 0: high bits 3
        block[0] = 1; // weight 0 has its third bit
        block[32] = 2;
        float[] y = decode(TensorType.Q3_K);
        assertThat(y[0]).isEqualTo((49 - 32) * 2f);
        assertThat(y[1]).isEqualTo((49 - 32) * -4f);
        assertThat(y[16]).isEqualTo(-32 * -4f);
    }

    @Test
    void q4_k_laterGroups_takeTheirHighScaleBitsFromTheFirst() {
        half(0, ONE);
        half(2, TWO);
        block[4 + 8] = 0x25; // group 4: scale 5, minimum 2, low bits
        block[4] = (byte) 0xc0; // its scale's high bits: 48
        block[4 + 4] = 0x40; // its minimum's high bits: 16
        block[16 + 64] = 7;
        float[] y = decode(TensorType.Q4_K);
        assertThat(y[128]).isEqualTo(53f * 7 - 2 * 18);
        assertThat(y[129]).isEqualTo(-36f);
    }

    @Test
    void q5_k_fifthBitOfGroup_isThatBitOfItsByte() {
        half(0, ONE);
        block[4 + 3] = 2;
        block[16 + 31] = 8;
        block[48 + 63] = 0x70;
        float[] y = decode(TensorType.Q5_K);
        assertThat(y[127]).isEqualTo(2f * (16 + 7));
        assertThat(y[126]).isEqualTo(0f);
    }

    @Test
    void q6_k_lastWeight_joinsFourAndTwoBits() {
        half(208, HALF);
        block[192 + 15] = -3;
        block[127] = (byte) 0xa0;
        block[128 + 63] = (byte) 0xc0;
        assertThat(decode(TensorType.Q6_K)[255]).isEqualTo(-1.5f * (48 + 10 - 32));
    }

    @Test
    void iq4_nl_bits_chooseFromTheCodebook() {
        half(0, TWO);
        block[2] = (byte) 0x8f;
        float[] y = decode(TensorType.IQ4_NL);
        assertThat(y[0]).isEqualTo(226f);
        assertThat(y[16]).isEqualTo(2f);
        assertThat(y[1]).isEqualTo(-254f);
    }

    @Test
    void iq4_xs_lastGroup_joinsItsScaleOfFourAndTwoBits() {
        half(0, ONE);
        block[3] = (byte) 0x80; // high bits of group 7: 2
        block[4 + 3] = 0x10; // its low bits: 1
        block[8 + 127] = (byte) 0xf0;
        float[] y = decode(TensorType.IQ4_XS);
        assertThat(y[255]).isEqualTo(113f);
        assertThat(y[239]).isEqualTo(-127f);
    }

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            names = {"F64", "I8", "I16", "I32", "I64", "U8", "BOOL"})
    void of_typeThatHoldsNoWeights_isRefusedByName(TensorType type) {
        assertThatThrownBy(() -> BlockDecoder.of(type))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("type " + type + " cannot be run");
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void decode_severalBlocks_equalsEachAlone(TensorType type) {
        if (!type.isQuantised()) {
            return;
        }
        byte[] data = new byte[3 * type.blockBytes()];
        new java.util.Random(type.ordinal()).nextBytes(data);
        int length = type.blockLength();
        float[] whole = new float[3 * length];
        BlockDecoder.of(type).decode(MemorySegment.ofArray(data), 0, 3 * length, whole, 0);
        for (int b = 0; b < 3; b++) {
            float[] one = new float[length];
            BlockDecoder.of(type).decode(MemorySegment.ofArray(data), (long) b * type.blockBytes(), length, one, 0);
            assertThat(one).isEqualTo(Arrays.copyOfRange(whole, b * length, (b + 1) * length));
        }
    }
}
