package dev.tarn.engine.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import dev.tarn.engine.TestData;
import dev.tarn.engine.format.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Products with stored weights box no vector once they are compiled. The compiler gives up inlining in a method that grew too large for it, and
 * then each row allocates, which shows in speed only.
 */
@Tag("nightly")
class StoredGemvAllocationTest {
    private static final int ROWS = 32;
    private static final int COLS = 512;
    private static final int CALLS = 200;
    private static final int ROUNDS = 3000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"F64", "I8", "I16", "I32", "I64", "U8", "BOOL", "Q3_K"})
    void gemv_onceCompiled_allocatesNothing(TensorType type) {
        Kernels kernels = new VectorKernels();
        assumeThat(kernels.vectorBits())
                .as("kernels of other lengths are not held to this yet")
                .isEqualTo(256);
        Random random = new Random(type.ordinal());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment weights = arena.allocate(ROWS * type.bytes(COLS), 64);
            MemorySegment x = arena.allocate(Activations.bytes(COLS), 64);
            kernels.prepare(type, TestData.normal(random, COLS), 0, COLS, x.address());
            float[] scratch = new float[COLS + 16 * ROWS];
            float[] y = new float[ROWS];
            long least = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && least >= ROWS; round++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                for (int call = 0; call < CALLS; call++) {
                    kernels.gemv(type, weights.address(), ROWS, COLS, x.address(), scratch, y, 0);
                }
                least = Math.min(least, (THREADS.getCurrentThreadAllocatedBytes() - before) / CALLS);
            }
            assertThat(least).as("bytes a call of %d rows", ROWS).isLessThan(ROWS);
        }
    }
}
