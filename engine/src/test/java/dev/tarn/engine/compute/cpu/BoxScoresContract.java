package dev.tarn.engine.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.TestData;
import dev.tarn.engine.kv.EntryType;
import dev.tarn.engine.kv.HalfOrder;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link Kernels#boxScores} must do in every implementation. */
abstract class BoxScoresContract extends CacheKernelsContract {
    private static final float GUARD = 12345.678f;

    /** Ends in half precision: what the plain kernel says of the same bytes, and the formula over the widened ends. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void boxScores_ofHalves_areTheLargerProductsToTheBit(long seed) {
        Random random = new Random(seed);
        int boxes = Kernels.BOXES;
        for (int dim : new int[] {1, 3, 64}) {
            short[] page = new short[2 * dim * boxes];
            float[] q = TestData.normal(random, dim);
            float[] want = new float[boxes];
            for (int d = 0; d < dim; d++) {
                for (int i = 0; i < boxes; i++) {
                    short[] ends = {half(random), half(random)};
                    boolean swap = Float.float16ToFloat(ends[0]) > Float.float16ToFloat(ends[1]);
                    int at = d * boxes + HalfOrder.place(i, boxes);
                    page[at] = ends[swap ? 1 : 0];
                    page[dim * boxes + at] = ends[swap ? 0 : 1];
                    float low = Float.float16ToFloat(page[at]);
                    float high = Float.float16ToFloat(page[dim * boxes + at]);
                    want[i] = Math.fma(q[d], q[d] * low > q[d] * high ? low : high, want[i]);
                }
            }
            float[] out = new float[boxes + 2];
            Arrays.fill(out, GUARD);
            MemorySegment memory = MemorySegment.ofArray(page);
            kernels().boxScores(EntryType.F16, q, 0, dim, memory, 0, 2L * dim * boxes, out, 1);
            assertThat(Arrays.copyOfRange(out, 1, boxes + 1)).containsExactly(want);
            assertThat(out[0]).isEqualTo(GUARD);
            assertThat(out[boxes + 1]).isEqualTo(GUARD);
        }
    }

    /** A half as a cache stores it: normal or zero, from the smallest to the largest. */
    private static short half(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Float.floatToFloat16(random.nextBoolean() ? 0f : -0f);
            case 1 -> Float.floatToFloat16(random.nextBoolean() ? 65504f : -65504f);
            case 2 -> Float.floatToFloat16(random.nextBoolean() ? 0x1p-14f : -0x1p-14f);
            default -> Float.floatToFloat16((float) (random.nextGaussian() + 0.01));
        };
    }

    /** Garbage in lanes that hold no box must not reach the others; the sums are the formula's to the bit. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void boxScores_anyQuery_areTheLargerProductsToTheBit(long seed) {
        Random random = new Random(seed);
        for (int dim : new int[] {1, 2, 7, 64}) {
            int boxes = Kernels.BOXES;
            float[] page = new float[2 * dim * boxes + 1];
            float[] q = TestData.normal(random, dim + 3);
            q[3] = seed % 2 == 0 ? 0 : q[3];
            for (int i = 0; i < dim * boxes; i++) {
                float x = (float) random.nextGaussian();
                float y = (float) random.nextGaussian();
                page[1 + i] = i % boxes == 5 ? Float.NaN : Math.min(x, y);
                page[1 + dim * boxes + i] = Math.max(x, y);
            }
            float[] want = new float[boxes];
            for (int i = 0; i < boxes; i++) {
                for (int d = 0; d < dim; d++) {
                    float low = page[1 + d * boxes + i];
                    float high = page[1 + dim * boxes + d * boxes + i];
                    float end = q[3 + d] * low > q[3 + d] * high ? low : high;
                    want[i] = Math.fma(q[3 + d], end, want[i]);
                }
            }
            float[] out = new float[boxes + 2];
            Arrays.fill(out, GUARD);
            long bytes = (long) Float.BYTES * dim * boxes;
            MemorySegment memory = MemorySegment.ofArray(page).asSlice(Float.BYTES);
            kernels().boxScores(EntryType.F32, q, 3, dim, memory, 0, bytes, out, 1);
            assertThat(out[0]).isEqualTo(GUARD);
            assertThat(out[boxes + 1]).isEqualTo(GUARD);
            for (int i = 0; i < boxes; i++) {
                if (i != 5) {
                    assertThat(out[1 + i]).as("dimension %d, box %d", dim, i).isEqualTo(want[i]);
                }
            }
        }
    }
}
