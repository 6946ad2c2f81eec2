package dev.tarn.study.distill.capture;

import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.Kernels;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.ModelFile;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads several windows side by side where there are many threads: one forward pass has too little work in each of its loops to keep
 * more than a few busy. What is read does not depend on how many there are.
 */
public final class WindowReaders implements AutoCloseable {
    private static final int THREADS_EACH = 4;

    private final List<CpuBackend> backends = new ArrayList<>();
    private final List<Decoder> decoders = new ArrayList<>();
    private final List<WindowReader> readers = new ArrayList<>();
    private final ExecutorService executor;

    /** Readers that use {@code threads} threads together. */
    public WindowReaders(ModelFile model, Kernels kernels, CaptureShape shape, int threads) {
        int count = count(threads);
        executor = Executors.newFixedThreadPool(
                count, Thread.ofPlatform().daemon().name("tarn-reader-", 0).factory());
        for (int i = 0; i < count; i++) {
            CpuBackend backend = new CpuBackend(kernels, threads / count);
            backends.add(backend);
            Decoder decoder = new Decoder(model, backend, null);
            decoders.add(decoder);
            readers.add(new WindowReader(decoder, shape));
        }
    }

    /** How many windows are read side by side on {@code threads} threads. */
    public static int count(int threads) {
        return Math.max(1, threads / THREADS_EACH);
    }

    /** How many windows are read side by side. */
    public int count() {
        return readers.size();
    }

    /**
     * One window to read.
     *
     * @param tokens its token ids
     * @param sampled positions whose queries are kept, ascending, distinct
     */
    public record Request(int[] tokens, int[] sampled) {}

    /** Reads up to {@link #count} windows; results are in the order of the requests. */
    public List<CapturedWindow> read(List<Request> requests) {
        List<Future<CapturedWindow>> pending = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            WindowReader reader = readers.get(i);
            Request request = requests.get(i);
            Callable<CapturedWindow> read = () -> reader.read(request.tokens(), request.sampled());
            pending.add(executor.submit(read));
        }
        List<CapturedWindow> windows = new ArrayList<>();
        for (Future<CapturedWindow> future : pending) {
            windows.add(await(future));
        }
        return windows;
    }

    private static CapturedWindow await(Future<CapturedWindow> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a window was read", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException thrown -> throw thrown;
                case Error thrown -> throw thrown;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
        decoders.forEach(Decoder::close);
        backends.forEach(CpuBackend::close);
    }
}
