package dev.tarn.cli.fetch;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A stream that fails where nothing arrives for too long: {@link java.net.http.HttpClient} would wait for ever. */
final class StallGuard extends FilterInputStream {
    private final Duration patience;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tarn-stall").factory());
    private volatile long lastArrival = System.nanoTime();
    private volatile boolean stalled;

    StallGuard(InputStream in, Duration patience) {
        super(in);
        this.patience = patience;
        long every = Math.max(1, patience.toMillis() / 4);
        var _ = timer.scheduleAtFixedRate(this::look, every, every, TimeUnit.MILLISECONDS);
    }

    private void look() {
        if (System.nanoTime() - lastArrival > patience.toNanos()) {
            stalled = true;
            try {
                in.close();
            } catch (IOException ignored) {
                // The reader finds the stream closed or not; it is told of the stall either way.
            }
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        int n;
        try {
            n = in.read(bytes, offset, count);
        } catch (IOException e) {
            throw stalled ? stall(e) : e;
        }
        if (stalled) {
            throw stall(null);
        }
        lastArrival = System.nanoTime();
        return n;
    }

    private IOException stall(@org.jspecify.annotations.Nullable Throwable cause) {
        return new IOException("nothing arrived for " + patience.toSeconds() + " s", cause);
    }

    @Override
    public void close() throws IOException {
        timer.shutdownNow();
        super.close();
    }
}
