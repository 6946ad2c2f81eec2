package dev.tarn.engine.reserve;

import dev.tarn.engine.kv.SlowTier;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads runs of neighbouring entries from a slow tier, several at a time where that helps. Runs are numbered as they are added and read in
 * that order; whoever needs one that nobody has begun reads it. One thread adds; any thread may await. Nothing is allocated per run.
 */
final class Fetcher implements AutoCloseable {
    private static final int SPINS = 200;
    private static final long NAP_NANOS = 10_000;
    /** Reading that is worth waking another thread for: less is done sooner by who needs it. */
    private static final long WAKING_NANOS = 25_000;
    /** A read shorter than this is copying, which another thread would do no sooner, and perhaps on the core that attention needs. */
    private static final long COPYING_NANOS = 10_000;
    /** What a read is taken to last before any was made: long, so that the first ones run beside each other. */
    private static final long UNKNOWN_NANOS = 1_000_000;
    /** The newest read counts for one part in so many. */
    private static final int MEMORY = 16;

    private final long entryBytes;
    private final ReserveListener listener;
    private final String name;
    private Reader[] readers = new Reader[0];

    private int[] first = new int[64];
    private int[] count = new int[64];
    private int[] place = new int[64];
    /** By run modulo the length: the run's number plus 1 once it has been read. */
    private AtomicLongArray done = new AtomicLongArray(64);

    private SlowTier tier = new NoTier();
    private MemorySegment target = MemorySegment.NULL;
    private int sequence;
    private int layer;
    private long added;
    private long drained;
    private volatile long published;
    private final AtomicLong begun = new AtomicLong();
    private final Object span = new Object();
    private int reading;
    private long spanStart;
    private long busyNanos;
    private long typicalNanos = UNKNOWN_NANOS;
    private volatile @Nullable RuntimeException failure;
    private volatile boolean closed;

    /** A fetcher of entries; several are told apart by a number. */
    Fetcher(long entryBytes, ReserveListener listener, int number) {
        this.entryBytes = entryBytes;
        this.listener = listener;
        this.name = "tarn-fetch-" + (number == 0 ? "" : number + "-");
    }

    /** Reads from here on go from one layer of a tier to {@code memory}; all runs before have been read. */
    void begin(SlowTier from, int ofSequence, int ofLayer, MemorySegment memory) {
        tier = from;
        sequence = ofSequence;
        layer = ofLayer;
        target = memory;
        failure = null;
        if (from.readers() > readers.length) {
            start(from.readers());
        }
    }

    private void start(int threads) {
        stop();
        closed = false;
        readers = new Reader[threads];
        for (int i = 0; i < threads; i++) {
            readers[i] = new Reader(i);
            readers[i].start();
        }
    }

    /** Where entries go from here on; all runs before have been read. */
    void moveTo(MemorySegment memory) {
        target = memory;
    }

    /** Adds a run that goes to consecutive places; returns its number. It is read after {@link #publish}. */
    long add(int from, int entries, int to) {
        if (added - drained == first.length) {
            drain();
        }
        if (added - drained == first.length) {
            grow();
        }
        int at = (int) (added % first.length);
        first[at] = from;
        count[at] = entries;
        place[at] = to;
        return added++;
    }

    /** Doubles the ring. Everything published has been read, so that nobody looks at it. */
    private void grow() {
        int length = first.length;
        int[][] old = {first, count, place};
        first = new int[2 * length];
        count = new int[2 * length];
        place = new int[2 * length];
        for (long run = published; run < added; run++) {
            int at = (int) (run % length);
            int to = (int) (run % (2L * length));
            first[to] = old[0][at];
            count[to] = old[1][at];
            place[to] = old[2][at];
        }
        done = new AtomicLongArray(2 * length);
    }

    /**
     * Lets the runs added be read.
     *
     * @param ahead whether nobody will ask for them soon, so that another thread must, if they take long
     */
    void publish(boolean ahead) {
        long runs = added - published;
        published = added;
        if (runs == 0 || readers.length == 0) {
            return;
        }
        long typical = typicalNanos();
        long worth = typical < COPYING_NANOS ? 0 : Math.max(runs * typical / WAKING_NANOS, ahead ? 1 : 0);
        int more = (int) Math.min(readers.length, Math.min(runs, worth));
        for (int i = 0; i < more; i++) {
            LockSupport.unpark(readers[i]);
        }
    }

    /** Whether a run has been read; of those that were added since the last {@link #drain}, or earlier. */
    boolean isDone(long run) {
        return run < drained || done.get((int) (run % done.length())) == run + 1;
    }

    /** Returns when a published run has been read, which the caller does itself if nobody has begun it. */
    void await(long run) {
        for (int spins = 0; !isDone(run); spins++) {
            if (readNext(run + 1)) {
                spins = 0;
            } else if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        }
        check();
    }

    /** Throws what a read since {@link #begin} failed with, if one did. */
    void check() {
        RuntimeException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    /** Takes back the runs that nobody has begun, and returns when the others have been read or have failed. */
    void cancel() {
        long run = begun.get();
        while (run < published) {
            if (begun.compareAndSet(run, run + 1)) {
                done.set((int) (run % done.length()), run + 1);
            }
            run = begun.get();
        }
        drain();
    }

    /** Returns when every published run has been read or has failed. */
    void drain() {
        long end = published;
        while (readNext(end)) {
            Thread.onSpinWait();
        }
        for (; drained < end; drained++) {
            while (!isDone(drained)) {
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        }
    }

    private long typicalNanos() {
        synchronized (span) {
            return typicalNanos;
        }
    }

    /** Time so far during which at least one read was under way. */
    long busyNanos() {
        synchronized (span) {
            return busyNanos;
        }
    }

    /** Reads the next run before {@code end} that nobody has begun; false where there is none: who waits for a run reads no later one. */
    private boolean readNext(long end) {
        long run = begun.get();
        while (run < end) {
            if (begun.compareAndSet(run, run + 1)) {
                read(run);
                return true;
            }
            run = begun.get();
        }
        return false;
    }

    private void read(long run) {
        int at = (int) (run % first.length);
        long start = System.nanoTime();
        synchronized (span) {
            spanStart = reading++ == 0 ? start : spanStart;
        }
        try {
            tier.read(layer, first[at], count[at], target, place[at] * entryBytes);
        } catch (RuntimeException e) {
            failure = e;
        }
        long end = System.nanoTime();
        listener.fetched(sequence, layer, first[at], count[at], start, end);
        synchronized (span) {
            busyNanos += --reading == 0 ? Math.max(0, end - spanStart) : 0;
            typicalNanos += (end - start - typicalNanos) / MEMORY;
        }
        done.set(at, run + 1);
    }

    private void stop() {
        closed = true;
        for (Reader reader : readers) {
            LockSupport.unpark(reader);
        }
        for (Reader reader : readers) {
            boolean interrupted = false;
            while (reader.isAlive()) {
                try {
                    reader.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        stop();
    }

    private final class Reader extends Thread {
        Reader(int index) {
            super(name + index);
            setDaemon(true);
        }

        @Override
        public void run() {
            while (!closed) {
                if (!readNext(published)) {
                    LockSupport.park(Fetcher.this);
                }
            }
        }
    }

    private static final class NoTier implements SlowTier {
        @Override
        public void read(int layer, int first, int count, MemorySegment to, long at) {
            throw new IllegalStateException("no tier to read from");
        }

        @Override
        public int readers() {
            return 0;
        }
    }
}
