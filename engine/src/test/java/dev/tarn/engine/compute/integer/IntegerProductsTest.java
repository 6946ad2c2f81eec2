package dev.tarn.engine.compute.integer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tarn.engine.TestData;
import dev.tarn.engine.compute.cpu.PlainKernels;
import dev.tarn.engine.compute.x86.CpuFeatures;
import dev.tarn.engine.format.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The plain version against sums in double precision, and the machine code against the plain version, to the bit. */
class IntegerProductsTest {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final float GUARD = 12345.678f;
    private static final int[] ROWS = {1, 2, 3, 7, 16};
    private static final IntegerProducts PLAIN = new PlainIntegerProducts();

    private static IntegerProducts machine() {
        MachineIntegerProducts machine = CpuFeatures.canRunAvx2() ? MachineIntegerProducts.create() : null;
        assumeTrue(machine != null, "machine code needs Linux on x86-64 with AVX2");
        return machine;
    }

    static Stream<Arguments> shapes() {
        return StoredRows.types()
                .flatMap(type -> IntStream.of(1, 2, 3, 5, 8, 18).mapToObj(blocks -> arguments(type, blocks)));
    }

    private static float[] multiply(IntegerProducts products, TensorType type, byte[] rows, int cols, float[] x) {
        return multiply(products, type, rows, cols, 1, x);
    }

    /** Token t's activations start at place t + 1. */
    private static float[] multiply(
            IntegerProducts products, TensorType type, byte[] rows, int cols, int tokens, float[] x) {
        try (Arena arena = Arena.ofConfined()) {
            int count = (int) (rows.length / type.bytes(cols));
            MemorySegment w = arena.allocate(rows.length, 1).copyFrom(MemorySegment.ofArray(rows));
            MemorySegment prepared = arena.allocate(RoundedLayout.bytes(type, cols, tokens), 32);
            MemorySegment y = arena.allocate(4L * (count * tokens + 1));
            y.set(FLOAT, 4L * count * tokens, GUARD);
            for (int t = 0; t < tokens; t++) {
                products.prepare(type, x, t + 1, cols, tokens, t, prepared.address());
            }
            products.multiply(type, w.address(), count, cols, tokens, prepared.address(), y.address());
            assertThat(y.get(FLOAT, 4L * count * tokens)).isEqualTo(GUARD);
            return y.asSlice(0, 4L * count * tokens).toArray(FLOAT);
        }
    }

    private static byte[] prepare(IntegerProducts products, TensorType type, float[] x, int cols) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment prepared = arena.allocate(RoundedLayout.bytes(type, cols, 1), 32);
            products.prepare(type, x, 1, cols, 1, 0, prepared.address());
            return prepared.asSlice(0, RoundedLayout.staging(type, cols, 1)).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Off by at most half of d for each activation, times its weight. */
    @ParameterizedTest(name = "{0}, {1} blocks a row")
    @MethodSource("shapes")
    void multiply_ordinaryRows_agreesWithDoubleSumsAsFarAsRoundingGoes(TensorType type, int blocks) {
        Random random = new Random(31L * blocks + type.ordinal());
        int rows = 3;
        int cols = blocks * type.blockLength();
        byte[] stored = StoredRows.blocks(type, random, rows * blocks);
        float[] w = new float[rows * cols];
        new PlainKernels().dequantize(type, MemorySegment.ofArray(stored), 0, rows * cols, w, 0);
        float[] x = TestData.normal(random, cols + 1);
        float[] y = multiply(PLAIN, type, stored, cols, x);
        float largest = 0;
        for (int j = 0; j < cols; j++) {
            largest = Math.max(largest, Math.abs(x[1 + j]));
        }
        for (int i = 0; i < rows; i++) {
            double exact = 0;
            double squares = 0;
            for (int j = 0; j < cols; j++) {
                exact += (double) w[i * cols + j] * x[1 + j];
                squares += (double) w[i * cols + j] * w[i * cols + j];
            }
            // rounding errors are independent, at most half a step and a third of its square on average
            double rounding = 5 * largest / RoundedLayout.range(type) * Math.sqrt(squares / 12);
            assertThat((double) y[i]).as("row %d", i).isCloseTo(exact, within(rounding + 1e-4 * Math.sqrt(squares)));
        }
    }

    /** Activations that are integers times a power of two, the largest of a lane the largest there is, lose nothing, so only float32 sums are left to differ. */
    @ParameterizedTest(name = "{0}, {1} blocks a row")
    @MethodSource("shapes")
    void multiply_activationsThatAreIntegers_agreesWithDoubleSums(TensorType type, int blocks) {
        Random random = new Random(17L * blocks + type.ordinal());
        int cols = blocks * type.blockLength();
        byte[] stored = StoredRows.blocks(type, random, 2 * blocks);
        float[] w = new float[2 * cols];
        new PlainKernels().dequantize(type, MemorySegment.ofArray(stored), 0, 2 * cols, w, 0);
        int range = RoundedLayout.range(type);
        float[] x = new float[cols + 1];
        for (int j = 0; j < cols; j++) {
            x[1 + j] = (j % 2 == 1 ? range : random.nextInt(-range, range + 1)) / 8192f;
        }
        float[] y = multiply(PLAIN, type, stored, cols, x);
        for (int i = 0; i < 2; i++) {
            double exact = 0;
            double size = 0;
            for (int j = 0; j < cols; j++) {
                exact += (double) w[i * cols + j] * x[1 + j];
                size += Math.abs((double) w[i * cols + j] * x[1 + j]);
            }
            assertThat((double) y[i]).as("row %d", i).isCloseTo(exact, within(4e-6 * size + 1e-5 * Math.sqrt(cols)));
        }
    }

    @ParameterizedTest(name = "{0}, {1} blocks a row")
    @MethodSource("shapes")
    void multiply_anyRows_machineGivesThePlainBits(TensorType type, int blocks) {
        IntegerProducts machine = machine();
        Random random = new Random(7L * blocks + type.ordinal());
        int cols = blocks * type.blockLength();
        for (int rows : ROWS) {
            byte[] tame = StoredRows.blocks(type, random, rows * blocks);
            byte[] wild = StoredRows.wild(type, random, rows * blocks);
            float[] x = TestData.normal(random, cols + 1);
            float[] extreme = extreme(random, cols + 1);
            assertThat(multiply(machine, type, tame, cols, x)).isEqualTo(multiply(PLAIN, type, tame, cols, x));
            assertThat(multiply(machine, type, wild, cols, x)).isEqualTo(multiply(PLAIN, type, wild, cols, x));
            assertThat(multiply(machine, type, wild, cols, extreme))
                    .isEqualTo(multiply(PLAIN, type, wild, cols, extreme));
        }
    }

    @ParameterizedTest(name = "{0}, {1} blocks a row")
    @MethodSource("shapes")
    void multiply_fourTokensTogether_givesTheBitsOfEachAlone(TensorType type, int blocks) {
        Random random = new Random(3L * blocks + type.ordinal());
        int cols = blocks * type.blockLength();
        for (int rows : ROWS) {
            byte[] stored = StoredRows.blocks(type, random, rows * blocks);
            float[] x = TestData.normal(random, cols + IntegerProducts.TILE);
            for (IntegerProducts products : new IntegerProducts[] {PLAIN, machine()}) {
                float[] together = multiply(products, type, stored, cols, IntegerProducts.TILE, x);
                for (int t = 0; t < IntegerProducts.TILE; t++) {
                    float[] shifted = Arrays.copyOfRange(x, t, t + cols + 1);
                    float[] alone = multiply(PLAIN, type, stored, cols, shifted);
                    for (int i = 0; i < rows; i++) {
                        assertThat(together[i * IntegerProducts.TILE + t]).isEqualTo(alone[i]);
                    }
                }
            }
        }
    }

    /** Zeros, subnormals, halves between two integers, and magnitudes whose products stay finite. */
    private static float[] extreme(Random random, int count) {
        float[] choices = {
            0f, -0f, Float.MIN_VALUE, -1e-40f, Float.MIN_NORMAL, 1e-37f, 63.5f, -126.5f, 127f, 1e20f, -1e20f
        };
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = choices[random.nextInt(i % 64 < 32 ? choices.length - 2 : choices.length)];
        }
        return x;
    }

    @ParameterizedTest(name = "{0}, {1} blocks a row")
    @MethodSource("shapes")
    void prepare_anyActivations_machineGivesThePlainBytes(TensorType type, int blocks) {
        IntegerProducts machine = machine();
        Random random = new Random(blocks);
        int cols = blocks * type.blockLength();
        for (int trial = 0; trial < 20; trial++) {
            float[] x = trial % 2 == 0 ? extreme(random, cols + 1) : TestData.normal(random, cols + 1);
            assertThat(prepare(machine, type, x, cols)).isEqualTo(prepare(PLAIN, type, x, cols));
        }
        assertThat(prepare(machine, type, new float[cols + 1], cols))
                .isEqualTo(prepare(PLAIN, type, new float[cols + 1], cols));
    }

    @Test
    void multiply_infiniteOrUndefinedActivations_giveNothingFinite() {
        IntegerProducts machine = machine();
        for (TensorType type : StoredRows.types().toList()) {
            for (float bad : new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, -Float.NaN}) {
                Random random = new Random(5);
                byte[] rows = StoredRows.blocks(type, random, 3 * 512 / type.blockLength());
                float[] x = TestData.normal(random, 513);
                x[1 + random.nextInt(512)] = bad;
                for (IntegerProducts products : new IntegerProducts[] {PLAIN, machine}) {
                    for (float y : multiply(products, type, rows, 512, x)) {
                        assertThat(Float.isFinite(y)).as("%s, %s", type, bad).isFalse();
                    }
                }
            }
        }
    }
}
