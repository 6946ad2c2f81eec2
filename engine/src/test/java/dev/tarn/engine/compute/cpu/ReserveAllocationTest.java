package dev.tarn.engine.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tarn.engine.TestData;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.PagePool;
import dev.tarn.engine.kv.RandomCache;
import dev.tarn.engine.reserve.Reservation;
import dev.tarn.engine.reserve.ReserveOptions;
import dev.tarn.engine.reserve.ReservedSequence;
import dev.tarn.engine.reserve.Sharing;
import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading through a reservation allocates nothing per token, whatever leaves it. */
class ReserveAllocationTest {
    private static final AttentionShape SHAPE = new AttentionShape(6, 2, 64, 64, 0.125f);
    private static final int CONTEXT = 2000;
    private static final int LAYERS = 3;
    private static final int K = 120;
    /** Bytes that a step may allocate: less than the smallest object of each layer. */
    private static final long MOST = 16 * LAYERS;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(strings = {"lru", "arc", "s3-fifo", "next-visit", "score-priority", "page-lru:16", "quota:2q"})
    void step_throughAReservation_allocatesNothing(String policy) {
        KvShape stored = new KvShape(LAYERS, 2, 64, 64, 0).stored(Precision.FAST.kvTypes());
        ReserveOptions options = new ReserveOptions(400, Sharing.UNIFIED, policy, 1, 5);
        try (Backend backend = new CpuBackend(new PlainKernels(), 1, Precision.FAST);
                PagePool pool = new PagePool();
                Reservation reservation = new Reservation(options, stored, new boolean[LAYERS], CONTEXT, 1)) {
            KvCache cache = new KvCache(stored, pool);
            RandomCache.fill(cache, CONTEXT, 1);
            Tensor queries = TestData.tensor(backend, 1, 6 * 64, TestData.normal(new Random(1), 6 * 64));
            AttentionState state = new AttentionState(SHAPE);
            int[][] selections = selections();
            float[] scores = new float[CONTEXT];
            try (ReservedSequence sequence = reservation.join(cache)) {
                int t = 1000;
                for (; t < 1200; t++) {
                    step(backend, sequence, queries, state, selections, scores, t);
                }
                long before = THREADS.getCurrentThreadAllocatedBytes();
                int steps = 300;
                for (int i = 0; i < steps; i++) {
                    step(backend, sequence, queries, state, selections, scores, t + i);
                }
                assertThat((THREADS.getCurrentThreadAllocatedBytes() - before) / steps)
                        .isLessThan(MOST);
                assertThat(reservation.total().evictions()).isPositive();
            }
        }
    }

    private static int[][] selections() {
        SplittableRandom random = new SplittableRandom(2);
        int[][] selections = new int[16][];
        for (int i = 0; i < selections.length; i++) {
            selections[i] = random.ints(0, 1000).distinct().limit(K).sorted().toArray();
        }
        return selections;
    }

    private static void step(
            Backend backend,
            ReservedSequence sequence,
            Tensor queries,
            AttentionState state,
            int[][] selections,
            float[] scores,
            int t) {
        for (int layer = 0; layer < LAYERS; layer++) {
            int[] positions = selections[(t + 5 * layer) % selections.length];
            state.reset();
            sequence.begin(layer, t);
            sequence.attend(backend, SHAPE, queries, 0, 0, 2, positions, K, state, null);
            sequence.select(positions, K, 1, scores);
            sequence.end();
        }
    }
}
