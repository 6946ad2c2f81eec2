package dev.tarn.engine.compute.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of threads that runs one parallel loop at a time; the caller is one of them. A decoded token runs hundreds of
 * short loops, so idle workers spin for a moment before they park. A loop that is started inside a task runs on that task's thread alone.
 */
public final class Workers implements AutoCloseable {
    /** One iteration of a loop: {@code worker} is below {@link #threads} and belongs to one thread at a time. */
    @FunctionalInterface
    public interface Task {
        /** Runs iteration {@code index}. */
        void run(int index, int worker);
    }

    private static final int SPINS = 4_000;
    private static final long NAP_NANOS = 20_000;

    private final Thread[] threads;
    /** Whether the caller's thread is in a loop that others share; no other thread reads it. */
    private boolean callerInside;

    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger unfinished = new AtomicInteger();
    private Task task = (_, _) -> {};
    private int count;
    private final AtomicInteger generation = new AtomicInteger();
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    /** Starts {@code threads - 1} daemon threads. */
    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ": at least 1 is needed");
        }
        this.threads = new Thread[threads - 1];
        for (int i = 0; i < this.threads.length; i++) {
            int worker = i + 1;
            this.threads[i] = new Worker(worker);
        }
        for (Thread thread : this.threads) {
            thread.start();
        }
    }

    /** How many threads share a loop, the caller's included. */
    public int threads() {
        return threads.length + 1;
    }

    /** One of the threads beside the caller's. */
    private final class Worker extends Thread {
        private final int index;

        Worker(int index) {
            super("tarn-worker-" + index);
            this.index = index;
            setDaemon(true);
        }

        @Override
        public void run() {
            serve(index);
        }

        private boolean isOf(Workers workers) {
            return Workers.this == workers;
        }
    }

    /** The worker that the calling thread is: 0 outside of loops. */
    public int current() {
        return Thread.currentThread() instanceof Worker worker && worker.isOf(this) ? worker.index : 0;
    }

    /** Runs iterations 0..count-1, each once, on any worker, and returns when all are done. */
    public void run(int count, Task task) {
        int current = current();
        if (threads.length == 0 || count == 1 || current > 0 || callerInside) {
            for (int i = 0; i < count; i++) {
                task.run(i, current);
            }
            return;
        }
        this.task = task;
        this.count = count;
        next.set(0);
        unfinished.set(threads.length);
        generation.incrementAndGet();
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
        callerInside = true;
        drain(0);
        callerInside = false;
        awaitOthers();
        rethrow();
    }

    private void drain(int worker) {
        try {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                task.run(i, worker);
            }
        } catch (Throwable e) {
            failure = e;
            next.set(count);
        }
    }

    private void awaitOthers() {
        for (int spins = 0; unfinished.get() > 0; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        }
    }

    private void rethrow() {
        Throwable thrown = failure;
        failure = null;
        switch (thrown) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(thrown);
        }
    }

    private void serve(int worker) {
        int seen = 0;
        while (true) {
            for (int spins = 0; generation.get() == seen && !closed; spins++) {
                if (spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
            }
            if (closed) {
                return;
            }
            seen = generation.get();
            drain(worker);
            unfinished.decrementAndGet();
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
    }
}
