package dev.tarn.engine.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tarn.engine.TestData;
import dev.tarn.engine.format.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every implementation of {@link Kernels} must do, over sizes around every vector length and over extreme values. The
 * warm-up test comes first, so that in a JVM of its own its first calls are interpreted.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class KernelsContract extends BoxScoresContract {
    private static final float GUARD = 12345.678f;
    private static final float[] EXTREMES = {
        0f,
        -0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        1e-40f,
        -3e-39f,
        Float.MIN_NORMAL,
        1e30f,
        -1e30f,
        Float.MAX_VALUE,
        1f,
        -1f
    };

    private static final List<TensorType> PLAIN = List.of(TensorType.F32, TensorType.F16, TensorType.BF16);

    static int[] sizes() {
        return new int[] {1, 2, 3, 4, 5, 7, 8, 9, 13, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 127, 128, 207};
    }

    static IntStream seeds() {
        return IntStream.range(1, 5);
    }

    /** Normal numbers with some extreme ones among them. */
    private static float[] mixed(Random random, int count) {
        float[] values = TestData.normal(random, count);
        for (int i = 0; i < count; i++) {
            if (random.nextInt(8) == 0) {
                values[i] = EXTREMES[random.nextInt(EXTREMES.length)];
            }
        }
        return values;
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(values[i]);
        }
        return bits;
    }

    @Test
    @Order(1)
    void sums_interpretedAndCompiled_haveTheSameBits() {
        Random random = new Random(11);
        float[] x = TestData.normal(random, 207);
        float[] w = TestData.normal(random, 5 * 207);
        int[] cold = reductions(w, x);
        for (int call = 0; call < 20_000; call++) {
            reductions(w, x);
        }
        assertThat(reductions(w, x)).isEqualTo(cold);
    }

    private int[] reductions(float[] w, float[] x) {
        float[] y = new float[5 + 3];
        kernels().gemv(w, 0, 5, 207, x, 0, y, 0);
        float[] e = x.clone();
        y[5] = kernels().expSum(e, 0, 207, 4f);
        y[6] = kernels().sumOfSquares(x, 0, 207);
        y[7] = kernels().max(x, 0, 207);
        int[] bits = bits(y);
        return IntStream.concat(Arrays.stream(bits), Arrays.stream(bits(e))).toArray();
    }

    @Test
    void dequantize_everyFloat16_isBitExact() {
        byte[] bytes = everyShort();
        float[] y = new float[1 << 16];
        kernels().dequantize(TensorType.F16, MemorySegment.ofArray(bytes), 3, 1 << 16, y, 0);
        for (int i = 0; i < 1 << 16; i++) {
            float want = Float.float16ToFloat((short) i);
            if (Float.isNaN(want)) {
                assertThat(y[i]).as("half 0x%04x", i).isNaN();
            } else {
                assertThat(Float.floatToRawIntBits(y[i])).as("half 0x%04x", i).isEqualTo(Float.floatToRawIntBits(want));
            }
        }
    }

    @Test
    void dequantize_everyBfloat16_isTheUpperHalfOfItsFloat() {
        float[] y = new float[1 << 16];
        kernels().dequantize(TensorType.BF16, MemorySegment.ofArray(everyShort()), 3, 1 << 16, y, 0);
        for (int i = 0; i < 1 << 16; i++) {
            if (Float.isNaN(Float.intBitsToFloat(i << 16))) {
                assertThat(y[i]).as("bfloat 0x%04x", i).isNaN();
            } else {
                assertThat(Float.floatToRawIntBits(y[i])).as("bfloat 0x%04x", i).isEqualTo(i << 16);
            }
        }
    }

    /** All 16-bit patterns in order, little-endian, behind three other bytes. */
    private static byte[] everyShort() {
        ByteBuffer buffer = ByteBuffer.allocate(3 + (2 << 16)).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(3);
        for (int i = 0; i < 1 << 16; i++) {
            buffer.putShort((short) i);
        }
        return buffer.array();
    }

    @ParameterizedTest(name = "{0} weights")
    @MethodSource("sizes")
    void dequantize_plainTypesOfAnyLength_fillJustTheirPlaces(int count) {
        for (TensorType type : PLAIN) {
            float[] y = new float[count + 4];
            Arrays.fill(y, GUARD);
            byte[] bytes = new byte[count * type.blockBytes() + 1];
            new Random(count).nextBytes(bytes);
            kernels().dequantize(type, MemorySegment.ofArray(bytes), 1, count, y, 2);
            ByteBuffer stored =
                    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(1);
            for (int i = 0; i < count; i++) {
                float want = switch (type) {
                    case F32 -> stored.getFloat();
                    case F16 -> Float.float16ToFloat(stored.getShort());
                    default -> Float.intBitsToFloat(stored.getShort() << 16);
                };
                assertThat(Float.floatToIntBits(y[2 + i])).as("%s %d", type, i).isEqualTo(Float.floatToIntBits(want));
            }
            assertThat(new float[] {y[0], y[1], y[count + 2], y[count + 3]}).containsOnly(GUARD);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void dequantize_q8_0_isScaleTimesInteger(int seed) {
        Random random = new Random(seed);
        int blocks = 1 + seed;
        int start = 34 + seed;
        byte[] bytes = new byte[start + 34 * blocks];
        random.nextBytes(bytes);
        float[] scales = {0x1p-24f, 65504f, -0.00123f, 0f, 1f, 0.5f};
        ByteBuffer stored = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int block = 0; block < blocks; block++) {
            stored.putShort(start + 34 * block, Float.floatToFloat16(scales[block]));
        }
        bytes[start + 2] = -128;
        bytes[start + 33] = 127;
        float[] y = new float[32 * blocks + 1];
        kernels().dequantize(TensorType.Q8_0, MemorySegment.ofArray(bytes), start, 32 * blocks, y, 1);
        for (int i = 0; i < 32 * blocks; i++) {
            int at = start + 34 * (i / 32);
            float want = Float.float16ToFloat(stored.getShort(at)) * bytes[at + 2 + i % 32];
            assertThat(Float.floatToIntBits(y[1 + i])).as("weight %d", i).isEqualTo(Float.floatToIntBits(want));
        }
    }

    private static final int[] EXTREME_HALVES = {0, 0x8000, 1, 0x83ff, 0x7bff, 0xfbff, 0x7c00, 0xfc00, 0x7e00, 0x3c00};

    static Stream<Arguments> blockTypes() {
        return Arrays.stream(TensorType.values())
                .filter(TensorType::isQuantised)
                .flatMap(type -> seeds().mapToObj(seed -> arguments(type, seed)));
    }

    /** Random bytes, in which scales are as wild as they can be, and blocks with the extreme float16 in every place. */
    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("blockTypes")
    void dequantize_anyBlock_agreesWithItsDefinitionToTheBit(TensorType type, int seed) {
        Random random = new Random(seed);
        int count = type.blockLength() * EXTREME_HALVES.length;
        byte[] bytes = new byte[seed + type.blockBytes() * EXTREME_HALVES.length];
        random.nextBytes(bytes);
        for (int block = 0; block < EXTREME_HALVES.length && seed > 1; block++) {
            int at = seed + block * type.blockBytes();
            for (int place : new int[] {at, at + 2, at + type.blockBytes() - 2, at + type.blockBytes() - 4}) {
                bytes[place] = (byte) EXTREME_HALVES[(block + seed) % EXTREME_HALVES.length];
                bytes[place + 1] = (byte) (EXTREME_HALVES[(block + seed) % EXTREME_HALVES.length] >> 8);
            }
        }
        MemorySegment data = MemorySegment.ofArray(bytes);
        float[] want = new float[count + 2];
        Arrays.fill(want, GUARD);
        float[] got = want.clone();
        BlockDecoder.of(type).decode(data, seed, count, want, 1);
        kernels().dequantize(type, data, seed, count, got, 1);
        assertThat(bits(got)).isEqualTo(bits(want));
    }

    static Stream<Arguments> weightShapes() {
        return Arrays.stream(TensorType.values())
                .filter(type -> type.isQuantised() || PLAIN.contains(type))
                .flatMap(type -> IntStream.of(1, 2, 3, 5, 8, 18).mapToObj(blocks -> arguments(type, blocks)));
    }

    /** Blocks of random integers with scales and minima of ordinary size, in every place where a float16 may stand. */
    private static byte[] blocks(TensorType type, Random random, int start, int count) {
        byte[] bytes = new byte[start + count * type.blockBytes()];
        random.nextBytes(bytes);
        for (int block = 0; block < count; block++) {
            int at = start + block * type.blockBytes();
            for (int place : new int[] {0, 2, type.blockBytes() - 2, type.blockBytes() - 4}) {
                if (place >= 0 && type.isQuantised()) {
                    short half = Float.floatToFloat16((float) random.nextGaussian() / 8);
                    bytes[at + place] = (byte) half;
                    bytes[at + place + 1] = (byte) (half >> 8);
                }
            }
        }
        return bytes;
    }

    /** The rows as their definition reads, behind {@code start} bytes; plain floats are drawn, not left to random bits. */
    private static float[] weights(TensorType type, Random random, byte[] bytes, int start, int count) {
        ByteBuffer stored = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count && !type.isQuantised(); i++) {
            float value = (float) random.nextGaussian();
            switch (type) {
                case F32 -> stored.putFloat(start + 4 * i, value);
                case F16 -> stored.putShort(start + 2 * i, Float.floatToFloat16(value / (i % 9 == 0 ? 1e5f : 1f)));
                default -> stored.putShort(start + 2 * i, (short) (Float.floatToIntBits(value) >> 16));
            }
        }
        float[] weights = new float[count];
        BlockDecoder.of(type).decode(MemorySegment.ofArray(bytes), start, count, weights, 0);
        return weights;
    }

    @ParameterizedTest(name = "{0}, {1} blocks a row")
    @MethodSource("weightShapes")
    void gemv_storedRows_agreeWithDoubleProductsOfTheirFloats(TensorType type, int blocks) {
        Random random = new Random(31L * blocks + type.ordinal());
        int rows = 1 + blocks % 4;
        int cols = blocks * type.blockLength();
        byte[] bytes = blocks(type, random, blocks, rows * blocks);
        float[] w = weights(type, random, bytes, blocks, rows * cols);
        float[] x = TestData.normal(random, cols + 3);
        MemorySegment prepared = Arena.ofAuto().allocate(Activations.bytes(cols), Float.BYTES);
        kernels().prepare(type, x, 3, cols, prepared.address());
        float[] y = new float[rows + 2];
        Arrays.fill(y, GUARD);
        MemorySegment stored = NativeMemory.outsideHeap(MemorySegment.ofArray(bytes));
        kernels().gemv(type, stored.address() + blocks, rows, cols, prepared.address(), new float[cols + 16 * 4], y, 1);
        Reference.reachabilityFence(prepared);
        Reference.reachabilityFence(stored);
        for (int i = 0; i < rows; i++) {
            double exact = 0;
            double size = 0;
            double scale = 0;
            for (int j = 0; j < cols; j++) {
                exact += (double) w[i * cols + j] * x[3 + j];
                size += Math.abs((double) w[i * cols + j] * x[3 + j]);
                scale = Math.max(scale, Math.abs(w[i * cols + j]));
            }
            double rounding = 4e-6 * (size + scale * Math.sqrt(cols));
            assertThat((double) y[1 + i]).as("row %d", i).isCloseTo(exact, within(rounding));
        }
        assertThat(new float[] {y[0], y[rows + 1]}).containsOnly(GUARD);
    }

    /** Infinite scales of Q4_0 and Q4_1 are kept from the kernels by {@link BlockScales}. */
    @ParameterizedTest(name = "{0}, {1} blocks a row")
    @MethodSource("weightShapes")
    void gemv_infiniteOrUndefined_reachTheirRowsAlone(TensorType type, int blocks) {
        assumeThat(type).isNotIn(TensorType.Q4_0, TensorType.Q4_1);
        Random random = new Random(blocks);
        int cols = blocks * type.blockLength();
        byte[] bytes = blocks(type, random, 0, 3 * blocks);
        weights(type, random, bytes, 0, 3 * cols);
        for (float bad : new float[] {Float.POSITIVE_INFINITY, Float.NaN}) {
            byte[] poisoned = bytes.clone();
            int at = (2 * blocks - 1) * type.blockBytes();
            for (int place : new int[] {0, 2, type.blockBytes() - 2, type.blockBytes() - 4}) {
                if (type == TensorType.F32) {
                    ByteBuffer.wrap(poisoned).order(ByteOrder.LITTLE_ENDIAN).putFloat(at, bad);
                } else if (type == TensorType.BF16) {
                    ByteBuffer.wrap(poisoned).order(ByteOrder.LITTLE_ENDIAN).putShort(at, (short)
                            (Float.floatToIntBits(bad) >> 16));
                } else if (place >= 0 && place < type.blockBytes() - 1) {
                    ByteBuffer.wrap(poisoned)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putShort(at + place, Float.floatToFloat16(bad));
                }
            }
            float[] x = TestData.normal(random, cols);
            MemorySegment prepared = Arena.ofAuto().allocate(Activations.bytes(cols), Float.BYTES);
            kernels().prepare(type, x, 0, cols, prepared.address());
            float[] y = new float[3];
            MemorySegment stored = NativeMemory.outsideHeap(MemorySegment.ofArray(poisoned));
            kernels().gemv(type, stored.address(), 3, cols, prepared.address(), new float[cols + 16 * 4], y, 0);
            Reference.reachabilityFence(prepared);
            Reference.reachabilityFence(stored);
            assertThat(Float.isFinite(y[0])).isTrue();
            assertThat(Float.isFinite(y[1])).isFalse();
            assertThat(Float.isFinite(y[2])).isTrue();
        }
    }

    @ParameterizedTest(name = "{0} columns")
    @MethodSource("sizes")
    void gemv_plainTypesOfAnyLength_agreeWithDoubleProducts(int cols) {
        for (TensorType type : PLAIN) {
            gemv_storedRows_agreeWithDoubleProductsOfTheirFloats(type, cols);
        }
    }

    @ParameterizedTest(name = "{0} columns")
    @MethodSource("sizes")
    void gemm_anyShape_addsInTheOrderOfKToTheBit(int n) {
        Random random = new Random(n);
        for (int m : new int[] {1, 3, 4, 5, 13}) {
            for (int k : new int[] {1, 3, 16, 65}) {
                checkGemm(random, m, k, n, false);
                checkGemm(random, m, k, n, true);
            }
        }
    }

    private void checkGemm(Random random, int m, int k, int n, boolean accumulate) {
        int lda = k + 1;
        int ldb = n + 2;
        int ldc = n + 3;
        float[] a = mixed(random, 2 + m * lda);
        float[] b = mixed(random, 3 + k * ldb);
        float[] c = mixed(random, 4 + m * ldc);
        float[] want = c.clone();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float sum = accumulate ? want[4 + i * ldc + j] : 0;
                for (int l = 0; l < k; l++) {
                    sum = Math.fma(a[2 + i * lda + l], b[3 + l * ldb + j], sum);
                }
                want[4 + i * ldc + j] = sum;
            }
        }
        kernels().gemm(a, 2, lda, b, 3, ldb, c, 4, ldc, m, k, n, accumulate);
        assertThat(bits(c)).as("%d x %d x %d", m, k, n).isEqualTo(bits(want));
    }

    @ParameterizedTest(name = "{0} columns")
    @MethodSource("sizes")
    void gemv_anyShape_isWithinRoundingOfTheExactSum(int cols) {
        for (int rows : new int[] {1, 3, 4, 5, 16}) {
            Random random = new Random(31L * cols + rows);
            float[] w = TestData.normal(random, 1 + rows * cols);
            float[] x = TestData.normal(random, 2 + cols);
            float[] y = new float[rows + 2];
            Arrays.fill(y, GUARD);
            kernels().gemv(w, 1, rows, cols, x, 2, y, 1);
            for (int i = 0; i < rows; i++) {
                double exact = 0;
                double size = 0;
                for (int j = 0; j < cols; j++) {
                    double product = (double) w[1 + i * cols + j] * x[2 + j];
                    exact += product;
                    size += Math.abs(product);
                }
                assertThat((double) y[1 + i]).isCloseTo(exact, within(cols * 6e-8 * size));
            }
            assertThat(new float[] {y[0], y[rows + 1]}).containsOnly(GUARD);
        }
    }

    @ParameterizedTest(name = "{0} values")
    @MethodSource("sizes")
    void gemv_subnormals_areNotFlushed(int cols) {
        float[] w = new float[cols];
        float[] x = new float[cols];
        Arrays.fill(w, Float.MIN_VALUE);
        Arrays.fill(x, 1f);
        float[] y = new float[1];
        kernels().gemv(w, 0, 1, cols, x, 0, y, 0);
        assertThat(y[0]).isEqualTo(cols * Float.MIN_VALUE);
    }

    @ParameterizedTest(name = "{0} values")
    @MethodSource("sizes")
    void max_largestAtEachPlace_isFound(int count) {
        Random random = new Random(count);
        for (int place = 0; place < count; place++) {
            float[] x = mixed(random, count + 2);
            x[0] = Float.POSITIVE_INFINITY;
            x[count + 1] = Float.POSITIVE_INFINITY;
            x[1 + place] = Float.MAX_VALUE;
            assertThat(kernels().max(x, 1, count)).isEqualTo(Float.MAX_VALUE);
        }
        float[] lowest = new float[count];
        Arrays.fill(lowest, Float.NEGATIVE_INFINITY);
        assertThat(kernels().max(lowest, 0, count)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(kernels().max(lowest, 0, 0)).isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @Test
    void expSum_argumentsFromMinus87ToZero_areWithinTwoUlp() {
        int count = 87_001;
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = -i / 1000f;
        }
        float[] y = x.clone();
        float sum = kernels().expSum(y, 0, count, 0);
        double exactSum = 0;
        for (int i = 0; i < count; i++) {
            double exact = Math.exp(x[i]);
            exactSum += exact;
            assertThat((double) y[i]).as("exp(%s)", x[i]).isCloseTo(exact, within(2.0 * Math.ulp((float) exact)));
        }
        assertThat((double) sum).isCloseTo(exactSum, within(1e-4 * exactSum));
    }

    @ParameterizedTest(name = "{0} values")
    @MethodSource("sizes")
    void expSum_anyLength_sumsWhatItWrites(int count) {
        Random random = new Random(count);
        float[] x = new float[count + 2];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextInt(5) == 0 ? Float.NEGATIVE_INFINITY : -100 * random.nextFloat() + 7;
        }
        x[0] = GUARD;
        x[count + 1] = GUARD;
        float[] y = x.clone();
        float sum = kernels().expSum(y, 1, count, 7);
        double written = 0;
        for (int i = 1; i <= count; i++) {
            double exact = Math.exp((double) (x[i] - 7f));
            assertThat((double) y[i]).isCloseTo(exact, within(3e-7 * exact + 1.3e-38));
            written += y[i];
        }
        assertThat((double) sum).isCloseTo(written, within(count * 6e-8 * written));
        assertThat(new float[] {y[0], y[count + 1]}).containsOnly(GUARD);
    }

    @Test
    void expSum_minusInfinity_weighsExactlyNothing() {
        float[] x = new float[67];
        Arrays.fill(x, Float.NEGATIVE_INFINITY);
        x[40] = 1e30f;
        assertThat(kernels().expSum(x, 0, 67, 1e30f)).isEqualTo(1f);
        for (int i = 0; i < 67; i++) {
            assertThat(x[i]).isEqualTo(i == 40 ? 1f : 0f);
        }
    }

    @ParameterizedTest(name = "{0} values")
    @MethodSource("sizes")
    void elementwise_anyLengthAndExtremes_areBitExact(int count) {
        Random random = new Random(count);
        float[] x = mixed(random, count + 3);
        float[] y = mixed(random, count + 3);
        float[] gain = mixed(random, count);
        float[] scaled = x.clone();
        float[] added = x.clone();
        float[] gained = y.clone();
        float[] wantScaled = x.clone();
        float[] wantAdded = x.clone();
        float[] wantGained = y.clone();
        for (int i = 0; i < count; i++) {
            wantScaled[1 + i] *= 0.7f;
            wantAdded[1 + i] += y[2 + i];
            wantGained[2 + i] = x[1 + i] * 0.3f * gain[i];
        }
        kernels().scale(scaled, 1, count, 0.7f);
        kernels().add(added, 1, y, 2, count);
        kernels().scaleBy(x, 1, 0.3f, gain, gained, 2, count);
        assertThat(bits(scaled)).isEqualTo(bits(wantScaled));
        assertThat(bits(added)).isEqualTo(bits(wantAdded));
        assertThat(bits(gained)).isEqualTo(bits(wantGained));
    }

    @ParameterizedTest(name = "{0} values")
    @MethodSource("sizes")
    void sumOfSquares_anyLength_isWithinRounding(int count) {
        float[] x = TestData.normal(new Random(count), count + 1);
        double exact = 0;
        for (int i = 1; i <= count; i++) {
            exact += (double) x[i] * x[i];
        }
        assertThat((double) kernels().sumOfSquares(x, 1, count)).isCloseTo(exact, within(count * 6e-8 * exact));
    }

    @ParameterizedTest(name = "{0} values")
    @MethodSource("sizes")
    void swiglu_anyLength_agreesWithFormula(int count) {
        Random random = new Random(count);
        float[] gate = TestData.normal(random, count + 2);
        float[] up = TestData.normal(random, count + 1);
        for (int i = 0; i < count; i++) {
            gate[1 + i] *= 10 * (i % 4);
        }
        gate[1 + count / 2] = count % 2 == 0 ? 200 : -200;
        float[] y = gate.clone();
        kernels().swiglu(y, 1, up, 1, count);
        for (int i = 1; i <= count; i++) {
            double exact = gate[i] / (1 + Math.exp(-(double) gate[i])) * up[i];
            assertThat((double) y[i]).isCloseTo(exact, within(1e-6 * Math.abs(exact) + 1e-35));
        }
        assertThat(new float[] {y[0], y[count + 1]}).containsExactly(gate[0], gate[count + 1]);
    }

    @ParameterizedTest(name = "{0} values")
    @MethodSource("sizes")
    void geglu_anyLength_agreesWithFormula(int count) {
        Random random = new Random(count);
        float[] gate = TestData.normal(random, count + 2);
        float[] up = TestData.normal(random, count + 1);
        for (int i = 0; i < count; i++) {
            gate[1 + i] *= 3 * (i % 4);
        }
        gate[1 + count / 2] = count % 2 == 0 ? 200 : -200;
        float[] y = gate.clone();
        kernels().geglu(y, 1, up, 1, count);
        for (int i = 1; i <= count; i++) {
            double g = gate[i];
            double exact = g / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (g + 0.044715 * g * g * g))) * up[i];
            assertThat((double) y[i]).isCloseTo(exact, within(3e-6 * Math.abs(exact) + 1e-7));
        }
        assertThat(new float[] {y[0], y[count + 1]}).containsExactly(gate[0], gate[count + 1]);
    }
}
