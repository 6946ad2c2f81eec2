package dev.tarn.engine.prefix;

import dev.tarn.engine.kv.KvSpan;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Saves chunks on a thread of its own while decoding goes on. A chunk's pages are held until it is saved; whoever has more than
 * {@link #WAITING} bytes waiting waits too, so that a prompt larger than memory is saved in little of it. After an error nothing more is
 * saved. All but the saving is called by the thread that decodes.
 */
final class PrefixWriter implements AutoCloseable {
    private static final long WAITING = 64L << 20;

    private record Job(PrefixChain chain, int chunk, KvSpan span) {}

    private final PrefixFolder folder;
    private final Consumer<String> warnings;
    private final ArrayDeque<Job> jobs = new ArrayDeque<>();
    private final ArrayDeque<KvSpan> done = new ArrayDeque<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("tarn-prefix").unstarted(this::work);
    private long held;
    private long saved;
    private boolean failed;
    private boolean ended;

    PrefixWriter(PrefixFolder folder, Consumer<String> warnings) {
        this.folder = folder;
        this.warnings = warnings;
        thread.start();
    }

    /** Whether anything is still saved. */
    synchronized boolean works() {
        return !failed;
    }

    /** Saves a chunk soon; it is the writer's from now on. */
    void save(PrefixChain chain, int chunk, KvSpan span) {
        synchronized (this) {
            await(() -> held == 0 || held + span.bytes() <= WAITING);
            held += span.bytes();
            jobs.add(new Job(chain, chunk, span));
            notifyAll();
        }
        release();
    }

    /** Returns when all is saved. */
    void flush() {
        await(() -> held == 0);
        release();
    }

    /** Bytes written so far. */
    synchronized long saved() {
        return saved;
    }

    /** Gives back the pages of what is saved. */
    private void release() {
        while (true) {
            KvSpan span;
            synchronized (this) {
                span = done.poll();
            }
            if (span == null) {
                return;
            }
            span.close();
        }
    }

    private synchronized void await(BooleanSupplier ready) {
        while (!ready.getAsBoolean()) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while prefixes were saved", e);
            }
        }
    }

    private void work() {
        while (true) {
            Job job;
            synchronized (this) {
                await(() -> ended || !jobs.isEmpty());
                if (jobs.isEmpty()) {
                    return;
                }
                job = jobs.remove();
            }
            long bytes = write(job);
            synchronized (this) {
                saved += bytes;
                held -= job.span().bytes();
                done.add(job.span());
                notifyAll();
            }
        }
    }

    private long write(Job job) {
        if (!works()) {
            return 0;
        }
        try {
            return folder.write(job.chain(), job.chunk(), job.span());
        } catch (IOException e) {
            synchronized (this) {
                failed = true;
            }
            warnings.accept("prefix cache: nothing more is saved (" + PrefixFolder.reason(e)
                    + "); free space, or name another folder");
            return 0;
        }
    }

    @Override
    public void close() {
        flush();
        synchronized (this) {
            ended = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
