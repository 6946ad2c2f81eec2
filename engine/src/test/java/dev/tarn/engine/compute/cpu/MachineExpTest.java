package dev.tarn.engine.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tarn.engine.compute.exponential.ExpKernels;
import dev.tarn.engine.compute.exponential.MachineExp;
import dev.tarn.engine.compute.x86.CpuFeatures;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The machine code of e^x against the Vector API's: the same bits over awkward counts and extreme values, nothing else touched. */
class MachineExpTest {
    private static final float[] EXTREMES = {
        0f,
        -0f,
        1f,
        -1f,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        -87.3f,
        Math.nextDown(-87.3f),
        Math.nextUp(-87.3f),
        88.3f,
        89f,
        100f,
        -100f,
        1e-30f,
        0.34657f
    };
    private static final float GUARD = 12345.678f;

    private final ExpKernels vector = new VectorExp();

    private static ExpKernels machine() {
        assumeTrue(VectorSpec.LANES == 8, "sums are split by eight lanes");
        MachineExp machine = CpuFeatures.canRunAvx2() ? MachineExp.create() : null;
        assumeTrue(machine != null, "machine code needs Linux on x86-64 with AVX2");
        return machine;
    }

    static IntStream counts() {
        return IntStream.concat(IntStream.rangeClosed(0, 33), IntStream.of(64, 100, 1536));
    }

    /** Of every magnitude, an extreme now and then. */
    private static float[] numbers(Random random, int count) {
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = random.nextInt(8) == 0
                    ? EXTREMES[random.nextInt(EXTREMES.length)]
                    : (float) (random.nextGaussian() * Math.pow(10, random.nextInt(4) - 1));
        }
        return x;
    }

    private static float[] guarded(float[] x, int offset) {
        float[] wide = new float[offset + x.length + 9];
        Arrays.fill(wide, GUARD);
        System.arraycopy(x, 0, wide, offset, x.length);
        return wide;
    }

    /** NaN has many forms; which one is left open. */
    private static int[] bits(float... x) {
        return IntStream.range(0, x.length).map(i -> Float.floatToIntBits(x[i])).toArray();
    }

    @ParameterizedTest
    @MethodSource("counts")
    void expSum_ofAnyCount_hasTheBitsOfTheVectorApi(int count) {
        ExpKernels machine = machine();
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(1000L * count + seed);
            int offset = random.nextInt(5);
            float max = random.nextInt(10) == 0 ? 0 : random.nextFloat() * 20;
            float[] expected = guarded(numbers(random, count), offset);
            float[] actual = expected.clone();
            float sum = vector.expSum(expected, offset, count, max);
            assertThat(bits(machine.expSum(actual, offset, count, max)))
                    .as("seed " + seed)
                    .isEqualTo(bits(sum));
            assertThat(bits(actual)).as("seed " + seed).isEqualTo(bits(expected));
        }
    }

    @ParameterizedTest
    @MethodSource("counts")
    void gated_ofAnyCount_hasTheBitsOfTheVectorApi(int count) {
        ExpKernels machine = machine();
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(1000L * count + seed);
            int offset = random.nextInt(5);
            int upOffset = random.nextInt(3);
            float[] gate = guarded(numbers(random, count), offset);
            float[] up = guarded(numbers(random, count), upOffset);
            float[] expected = gate.clone();
            float[] actual = gate.clone();
            vector.swiglu(expected, offset, up, upOffset, count);
            machine.swiglu(actual, offset, up, upOffset, count);
            assertThat(bits(actual)).as("swiglu, seed " + seed).isEqualTo(bits(expected));
            expected = gate.clone();
            actual = gate.clone();
            vector.geglu(expected, offset, up, upOffset, count);
            machine.geglu(actual, offset, up, upOffset, count);
            assertThat(bits(actual)).as("geglu, seed " + seed).isEqualTo(bits(expected));
        }
    }

    @Test
    void anyLoop_beyondAnArray_isRefused() {
        ExpKernels machine = machine();
        float[] ten = new float[10];
        assertThatThrownBy(() -> machine.expSum(ten, 3, 8, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> machine.swiglu(ten, 0, ten, 1, 10)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> machine.geglu(ten, -1, ten, 0, 5)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
