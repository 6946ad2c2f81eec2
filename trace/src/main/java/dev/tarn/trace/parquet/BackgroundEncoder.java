package dev.tarn.trace.parquet;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Encodes batches on its own thread. Batches travel in a circle: the caller takes a free one, fills and submits it; the thread
 * encodes it and frees it. Neither queue can overflow (each has room for all batches and the end mark), so the caller waits only
 * where no batch is free: that bounds memory, and never lasts once the thread has failed, for it then frees all it holds.
 */
final class BackgroundEncoder {
    static final int BATCHES = 4;

    private final BlockingQueue<RowBatch> free = new ArrayBlockingQueue<>(BATCHES + 1);
    private final BlockingQueue<RowBatch> full = new ArrayBlockingQueue<>(BATCHES + 1);
    private final RowBatch end = new RowBatch(false);
    private final RowSink sink;
    private final Thread thread;

    private volatile @Nullable Throwable failure;
    private volatile boolean stopped;

    BackgroundEncoder(RowSink sink, boolean withScores, String name) {
        this.sink = sink;
        for (int i = 0; i < BATCHES; i++) {
            free.add(new RowBatch(withScores));
        }
        thread = Thread.ofPlatform().daemon().name("trace writer " + name).start(this::run);
    }

    /** What made the thread give up, or null. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** An empty batch; waits for one. */
    RowBatch take() throws InterruptedException {
        RowBatch batch = free.take();
        batch.clear();
        return batch;
    }

    /** Hands a filled batch over. */
    void submit(RowBatch batch) {
        full.add(batch);
    }

    /** Waits until all that was submitted is encoded and the file is closed, or the thread has failed. */
    void finish() throws InterruptedException {
        full.offer(end);
        thread.join();
    }

    /** Makes the thread stop after the batch in hand, the file left unfinished, and waits for it. */
    void stop() {
        stopped = true;
        if (thread.isAlive()) {
            full.offer(end);
            joinUninterruptibly();
        }
    }

    private void joinUninterruptibly() {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // A thread's outermost frame: whatever ends it, an Error included, must reach the caller, who would else wait
    // forever.
    private void run() {
        try {
            encodeAll();
        } catch (Throwable e) {
            failure = e;
            full.drainTo(free);
            free.offer(end);
        }
    }

    private void encodeAll() throws IOException, InterruptedException {
        for (RowBatch batch = full.take(); batch != end && !stopped; batch = full.take()) {
            sink.write(batch);
            free.add(batch);
        }
        if (!stopped) {
            sink.close();
        }
    }
}
