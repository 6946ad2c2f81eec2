package dev.tarn.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A policy lives in the decode loop: after construction it allocates nothing. */
class AllocationTest {
    private static final int UNIVERSE = 4096;
    private static final int LAYERS = 4;
    private static final int K = 32;

    static Stream<String> specs() {
        return Policies.names().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("specs")
    void serve_insertAndRemove_allocateNothing(String spec) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var policy =
                Policies.parse(spec).create(new PoolShape(LAYERS * K, UNIVERSE, LAYERS, 1), 3, ResidencyListener.NONE);
        int[][] batches = batches();
        float[] scores = new float[K];
        play(policy, batches, scores, 200);
        threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        play(policy, batches, scores, 200);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isZero();
    }

    private static void play(EvictionPolicy policy, int[][] batches, float[] scores, int rounds) {
        for (int round = 0; round < rounds; round++) {
            for (int b = 0; b < batches.length; b++) {
                int[] ids = batches[b];
                policy.serve(b % LAYERS, ids, scores, 0, ids.length);
                policy.insert(b % LAYERS, ids[0]);
                policy.remove(b % LAYERS, ids[b % ids.length]);
            }
        }
    }

    private static int[][] batches() {
        var random = new SplittableRandom(1);
        int share = UNIVERSE / LAYERS;
        int[][] batches = new int[40][];
        for (int b = 0; b < batches.length; b++) {
            int first = b % LAYERS * share;
            int[] ids = random.ints(2 * K, first, first + share / 4)
                    .distinct()
                    .limit(K)
                    .toArray();
            Arrays.sort(ids);
            batches[b] = ids;
        }
        return batches;
    }
}
