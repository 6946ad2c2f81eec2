package dev.tarn.engine.compute.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of threads that runs one parallel loop at a time; the caller is one of them. A decoded token runs hundreds of
 * short loops, so idle workers spin for a moment before they park. A loop that is started inside a task runs on that task's thread alone.
 *
 * <p>A loop ends when its iterations have ended, not when every thread has come: one whose processor other work holds would keep
 * all others waiting. So a thread may come when its loop is over and the next is being set up, and {@link #state} tells it so.
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

    /** Stands for the next iteration while there is none to be had. */
    private static final long OVER = 0xffff_ffffL;

    private final Worker[] threads;
    /** Whether the caller's thread is in a loop that others share; no other thread reads it. */
    private boolean callerInside;

    /**
     * The loop's number in the upper half and its next iteration in the lower. Whoever replaces a value by the next has that iteration, of the
     * loop whose task and count were read after that value: both are written only while the value says {@link #OVER}.
     */
    private final AtomicLong state = new AtomicLong(OVER);

    private final AtomicInteger finished = new AtomicInteger();
    private Task task = (_, _) -> {};
    private int count;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    /** Starts {@code threads - 1} daemon threads. */
    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ": at least 1 is needed");
        }
        this.threads = new Worker[threads - 1];
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
        /** Whether it is parked or about to be, so that others are not to be called for each loop. */
        private volatile boolean asleep;

        Worker(int index) {
            super("tarn-worker-" + index);
            this.index = index;
            setDaemon(true);
        }

        @Override
        public void run() {
            serve(this);
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
        publish(count, task);
        callerInside = true;
        int mine = drain(state.get(), 0);
        callerInside = false;
        awaitOthers(count - mine);
        rethrow();
    }

    private void publish(int count, Task task) {
        long loop = (state.get() >>> 32) + 1;
        state.set(loop << 32 | OVER);
        this.task = task;
        this.count = count;
        finished.set(0);
        state.set(loop << 32);
        for (Worker thread : threads) {
            if (thread.asleep) {
                LockSupport.unpark(thread);
            }
        }
    }

    /** Runs iterations of the loop that {@code seen} belongs to until there are none left; returns how many. */
    private int drain(long seen, int worker) {
        Task body = task;
        int end = count;
        int done = 0;
        for (long at = seen; at >>> 32 == seen >>> 32 && (at & OVER) < end; at = state.get()) {
            if (state.compareAndSet(at, at + 1)) {
                runOne(body, (int) at, worker);
                done++;
            }
        }
        return done;
    }

    /** Once an iteration has failed the others are only counted. */
    private void runOne(Task body, int index, int worker) {
        if (failure == null) {
            try {
                body.run(index, worker);
            } catch (Throwable e) {
                failure = e;
            }
        }
    }

    private void awaitOthers(int theirs) {
        for (int spins = 0; finished.get() < theirs; spins++) {
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

    private void serve(Worker worker) {
        long last = OVER;
        while (!closed) {
            long seen = await(last, worker);
            last = seen;
            finished.addAndGet(drain(seen, worker.index));
        }
    }

    /** The state of a loop that is not the one of {@code last} and may be joined, or any where the pool is closed. */
    private long await(long last, Worker worker) {
        long seen = state.get();
        for (int spins = 0; (seen >>> 32 == last >>> 32 || (seen & OVER) == OVER) && !closed; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                sleep(seen, worker);
            }
            seen = state.get();
        }
        return seen;
    }

    private void sleep(long seen, Worker worker) {
        worker.asleep = true;
        if (state.get() == seen && !closed) {
            LockSupport.park(this);
        }
        worker.asleep = false;
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
    }
}
