package dev.tarn.engine.compute.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {1, 2, 3, 5})
    void run_loopsOfManyLengths_runEachIndexOnce(int threads) {
        try (Workers workers = new Workers(threads)) {
            assertThat(workers.threads()).isEqualTo(threads);
            for (int round = 0; round < 300; round++) {
                int count = round % 37;
                AtomicIntegerArray runs = new AtomicIntegerArray(count);
                workers.run(count, (index, worker) -> {
                    assertThat(worker).isBetween(0, threads - 1);
                    runs.incrementAndGet(index);
                });
                for (int i = 0; i < count; i++) {
                    assertThat(runs.get(i)).isOne();
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {1, 2, 3})
    void run_twoIterationsOfOneWorker_neverOverlap(int threads) {
        AtomicIntegerArray inside = new AtomicIntegerArray(threads);
        AtomicIntegerArray overlaps = new AtomicIntegerArray(1);
        try (Workers workers = new Workers(threads)) {
            for (int round = 0; round < 50; round++) {
                workers.run(100, (_, worker) -> {
                    if (inside.incrementAndGet(worker) != 1) {
                        overlaps.incrementAndGet(0);
                    }
                    inside.decrementAndGet(worker);
                });
            }
        }
        assertThat(overlaps.get(0)).isZero();
    }

    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {1, 2, 3})
    void run_iterationThatThrows_reachesTheCallerAndLeavesThePoolWorking(int threads) {
        try (Workers workers = new Workers(threads)) {
            for (int failing = 0; failing < 64; failing++) {
                int bad = failing;
                assertThatThrownBy(() -> workers.run(64, (index, _) -> {
                            if (index == bad) {
                                throw new ArithmeticException("iteration " + index);
                            }
                        }))
                        .isInstanceOf(ArithmeticException.class)
                        .hasMessage("iteration " + bad);
                AtomicIntegerArray runs = new AtomicIntegerArray(64);
                workers.run(64, (index, _) -> runs.incrementAndGet(index));
                for (int i = 0; i < 64; i++) {
                    assertThat(runs.get(i)).isOne();
                }
            }
        }
    }

    @Test
    void run_errorInOtherThread_isNotSwallowed() {
        Thread caller = Thread.currentThread();
        try (Workers workers = new Workers(2)) {
            assertThatThrownBy(() -> workers.run(2, (_, _) -> {
                        if (Thread.currentThread() == caller) {
                            spinUntilOtherFailed();
                        } else {
                            otherFailed = true;
                            throw new AssertionError("in a worker");
                        }
                    }))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("in a worker");
        }
    }

    private volatile boolean otherFailed;

    private void spinUntilOtherFailed() {
        while (!otherFailed) {
            Thread.onSpinWait();
        }
    }

    /** Loops so short that threads come when they are over and the next is being set up, or has begun. */
    @Test
    void run_manyLoopsThatThreadsComeLateTo_runEachIndexOnce() {
        try (Workers workers = new Workers(3)) {
            for (int round = 0; round < 20_000; round++) {
                int count = 2 + round % 7;
                AtomicIntegerArray runs = new AtomicIntegerArray(count);
                workers.run(count, (index, worker) -> {
                    if (worker == 1) {
                        Thread.yield();
                    }
                    runs.incrementAndGet(index);
                });
                for (int i = 0; i < count; i++) {
                    assertThat(runs.get(i)).isOne();
                }
            }
        }
    }

    @Test
    void run_afterALongPause_wakesParkedWorkers() throws InterruptedException {
        try (Workers workers = new Workers(2)) {
            workers.run(4, (_, _) -> {});
            Thread.sleep(50);
            meet(workers);
        }
    }

    /** Two iterations that each wait for the other can only finish on two threads. */
    private static void meet(Workers workers) {
        AtomicIntegerArray arrived = new AtomicIntegerArray(1);
        workers.run(2, (_, _) -> {
            arrived.incrementAndGet(0);
            while (arrived.get(0) < 2) {
                Thread.onSpinWait();
            }
        });
        assertThat(arrived.get(0)).isEqualTo(2);
    }

    @Test
    void new_noThreads_isRefused() {
        assertThatThrownBy(() -> new Workers(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threads is 0: at least 1 is needed");
    }
}
