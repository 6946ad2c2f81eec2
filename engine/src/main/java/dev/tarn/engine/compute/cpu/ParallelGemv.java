package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.format.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * Stored weights times a few tokens, weight rows split over the workers. One object serves all products, because decoding runs
 * hundreds of them per token and must not allocate. Every element is one call's sum, so the split does not show in it.
 */
final class ParallelGemv implements Workers.Task {
    private static final int ROWS_AT_LEAST = 8;
    private static final int ROWS_AT_MOST = 256;
    private static final int TASKS_PER_THREAD = 8;

    private final Kernels kernels;
    private final Workers workers;
    private final float[][] scratch;
    private float[] x = new float[0];
    private TensorType type = TensorType.F32;
    private MemorySegment data = MemorySegment.NULL;
    private long rowBytes;
    private int rows;
    private int cols;
    private int tokens;
    private int rowsPerTask;
    private float[] y = x;
    private int yStride;

    ParallelGemv(Kernels kernels, Workers workers) {
        this.kernels = kernels;
        this.workers = workers;
        this.scratch = new float[workers.threads()][0];
    }

    /** y rows 0..tokens-1 from x rows firstRow..firstRow+tokens-1. */
    void multiply(HostWeight w, HostTensor input, int firstRow, int tokens, HostTensor output) {
        type = w.stored().type();
        data = w.stored().data();
        rowBytes = w.stored().rowBytes();
        rows = w.rows();
        cols = w.cols();
        this.tokens = tokens;
        y = output.data();
        yStride = output.cols();
        prepare(input.data(), firstRow * input.cols(), input.cols());
        rowsPerTask = Math.clamp(rows / (workers.threads() * TASKS_PER_THREAD), ROWS_AT_LEAST, ROWS_AT_MOST);
        workers.run((rows + rowsPerTask - 1) / rowsPerTask, this);
    }

    private void prepare(float[] from, int offset, int stride) {
        int length = Activations.length(cols);
        if (x.length < tokens * length) {
            x = new float[tokens * length];
        }
        for (int t = 0; t < tokens; t++) {
            kernels.prepare(type, from, offset + t * stride, cols, x, t * length);
        }
    }

    @Override
    public void run(int task, int worker) {
        int first = task * rowsPerTask;
        int count = Math.min(rowsPerTask, rows - first);
        if (scratch[worker].length < cols) {
            scratch[worker] = new float[cols];
        }
        for (int t = 0; t < tokens; t++) {
            int from = t * Activations.length(cols);
            int to = t * yStride + first;
            kernels.gemv(type, data, first * rowBytes, count, cols, x, from, scratch[worker], y, to);
        }
    }
}
