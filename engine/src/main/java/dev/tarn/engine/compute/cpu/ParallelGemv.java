package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.format.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Stored weights times a few tokens, weight rows split over the workers. One object serves all products, because decoding runs
 * hundreds of them per token and must not allocate. Every element is one call's sum, so the split does not show in it.
 */
final class ParallelGemv implements Workers.Task {
    private static final int ROWS_AT_LEAST = 8;
    private static final int ROWS_AT_MOST = 256;
    private static final int TASKS_PER_THREAD = 8;
    private static final int ALIGNMENT = 64;
    private static final int LANES_AT_MOST = 16;

    private final Kernels kernels;
    private final Workers workers;
    private final float[][] scratch;
    private MemorySegment prepared = MemorySegment.NULL;
    private TensorType type = TensorType.F32;
    private long address;
    private long rowBytes;
    private int rows;
    private int cols;
    private int tokens;
    private int rowsPerTask;
    private float[] y = new float[0];
    private int yStride;

    ParallelGemv(Kernels kernels, Workers workers) {
        this.kernels = kernels;
        this.workers = workers;
        this.scratch = new float[workers.threads()][0];
    }

    /** y rows 0..tokens-1 from x rows firstRow..firstRow+tokens-1. */
    void multiply(HostWeight w, HostTensor input, int firstRow, int tokens, HostTensor output) {
        type = w.stored().type();
        rowBytes = w.stored().rowBytes();
        rows = w.rows();
        cols = w.cols();
        address = NativeMemory.address(w.stored().data(), 0, rows * rowBytes);
        this.tokens = tokens;
        y = output.data();
        yStride = output.cols();
        prepare(input.data(), firstRow * input.cols(), input.cols());
        rowsPerTask = Math.clamp(rows / (workers.threads() * TASKS_PER_THREAD), ROWS_AT_LEAST, ROWS_AT_MOST);
        workers.run((rows + rowsPerTask - 1) / rowsPerTask, this);
    }

    private void prepare(float[] from, int offset, int stride) {
        long bytes = Activations.bytes(cols);
        if (prepared.byteSize() < tokens * bytes) {
            prepared = Arena.ofAuto().allocate(tokens * bytes, ALIGNMENT);
        }
        for (int t = 0; t < tokens; t++) {
            kernels.prepare(type, from, offset + t * stride, cols, prepared.address() + t * bytes);
        }
    }

    @Override
    public void run(int task, int worker) {
        int first = task * rowsPerTask;
        int count = Math.min(rowsPerTask, rows - first);
        int room = cols + LANES_AT_MOST * ROWS_AT_MOST;
        if (scratch[worker].length < room) {
            scratch[worker] = new float[room];
        }
        for (int t = 0; t < tokens; t++) {
            long x = prepared.address() + t * Activations.bytes(cols);
            int to = t * yStride + first;
            kernels.gemv(type, address + first * rowBytes, count, cols, x, scratch[worker], y, to);
        }
    }
}
