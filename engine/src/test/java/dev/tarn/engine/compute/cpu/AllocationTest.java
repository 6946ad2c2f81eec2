package dev.tarn.engine.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tarn.engine.TestData;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.Rope;
import dev.tarn.engine.compute.RopeLayout;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.kv.PagePool;
import dev.tarn.engine.kv.RandomCache;
import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operators of a decoded token, but for products with weights, allocate nothing on the calling thread or on the workers. */
class AllocationTest {
    private static final AttentionShape SHAPE = new AttentionShape(6, 2, 64, 64, 0.125f);
    private static final int DEPTH = 3000;
    private static final int HIDDEN = 384;
    /** Bytes that a step may allocate: less than the smallest object of each operator. */
    private static final long MOST = 64;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {1, 2})
    void decodeStep_ofEveryOperator_allocatesNothing(int threads) {
        try (Backend backend = new CpuBackend(new PlainKernels(), threads, Precision.FAST);
                PagePool pool = new PagePool()) {
            KvShape stored = new KvShape(1, 2, 64, 64, 64).stored(Precision.FAST.kvTypes());
            KvCache cache = new KvCache(stored, pool);
            RandomCache.fill(cache, DEPTH, 1);
            Step step = new Step(backend, cache);
            for (int i = 0; i < 5; i++) {
                step.run();
            }
            long[] ids = threadIds();
            long before = allocated(ids);
            int steps = 40;
            for (int i = 0; i < steps; i++) {
                step.run();
            }
            assertThat((allocated(ids) - before) / steps).isLessThan(MOST);
        }
    }

    /** This thread's id and those of all workers. */
    private static long[] threadIds() {
        LongStream workers = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("tarn-worker"))
                .mapToLong(Thread::threadId);
        return LongStream.concat(LongStream.of(Thread.currentThread().threadId()), workers)
                .toArray();
    }

    private static long allocated(long[] threads) {
        long sum = 0;
        for (long thread : threads) {
            sum += THREADS.getThreadAllocatedBytes(thread);
        }
        return sum;
    }

    /** What a decoded token asks of a backend in one layer, beside products with weights. */
    private static final class Step {
        private final Backend backend;
        private final KvCache cache;
        private final Tensor x;
        private final Tensor y;
        private final Tensor keys;
        private final Tensor indexQueries;
        private final Tensor headWeights;
        private final Weight gain;
        private final Weight headGain;
        private final Rope rope = Rope.ofTheta(64, 1e4, RopeLayout.HALF_SPLIT);
        private final AttentionState state = new AttentionState(SHAPE);
        private final float[] scores = new float[DEPTH];
        private final int[] positions = new int[256];

        Step(Backend backend, KvCache cache) {
            Random random = new Random(3);
            this.backend = backend;
            this.cache = cache;
            x = TestData.tensor(backend, 1, HIDDEN, TestData.normal(random, HIDDEN));
            y = TestData.tensor(backend, 1, HIDDEN, TestData.normal(random, HIDDEN));
            keys = TestData.tensor(backend, 1, 128, TestData.normal(random, 128));
            indexQueries = TestData.tensor(backend, 1, 256, TestData.normal(random, 256));
            headWeights = TestData.tensor(backend, 1, 4, TestData.normal(random, 4));
            gain = TestData.weight(backend, 1, HIDDEN, TestData.normal(random, HIDDEN));
            headGain = TestData.weight(backend, 1, 64, TestData.normal(random, 64));
        }

        void run() {
            backend.rmsNorm(x, 1, gain, 1e-5f, y);
            backend.layerNorm(x, 1, gain, gain, 1e-5f, y);
            backend.rmsNormHeads(y, 1, 6, headGain, 1e-5f);
            backend.rope(y, 1, 6, rope, DEPTH - 1);
            backend.storeEntries(cache, 0, DEPTH - 1, keys, keys, 1);
            backend.storeIndexKeys(cache, 0, DEPTH - 1, keys, 1);
            backend.indexScores(cache, 0, indexQueries, headWeights, 0, DEPTH, scores);
            backend.selectTop(scores, 0, DEPTH, 256, positions, 0);
            state.reset();
            backend.attendSelected(SHAPE, cache, 0, y, 0, 0, 2, positions, 256, state);
            backend.finishAttention(SHAPE, state, y, 0);
            backend.attendDense(SHAPE, cache, 0, y, 1, DEPTH - 1, x);
            backend.add(x, y, 1);
            backend.addBias(x, 1, gain);
            backend.scale(x, 1, 0.5f);
            backend.swiglu(x, y, 1);
            backend.geglu(x, y, 1);
            backend.softcap(x, 1, 5);
        }
    }
}
