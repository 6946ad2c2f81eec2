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
    private float[] sums = new float[0];
    private TensorType type = TensorType.F32;
    private MemorySegment data = MemorySegment.NULL;
    private long rowBytes;
    private int rows;
    private int cols;
    private int tokens;
    private int rowsPerTask;
    private int sumsPerToken;
    private float[] x = sums;
    private int xOffset;
    private int xStride;
    private float[] y = sums;
    private int yStride;

    ParallelGemv(Kernels kernels, Workers workers) {
        this.kernels = kernels;
        this.workers = workers;
    }

    /** y rows 0..tokens-1 from x rows firstRow..firstRow+tokens-1. */
    void multiply(HostWeight w, HostTensor input, int firstRow, int tokens, HostTensor output) {
        type = w.stored().type();
        data = w.stored().data();
        rowBytes = w.stored().rowBytes();
        rows = w.rows();
        cols = w.cols();
        this.tokens = tokens;
        x = input.data();
        xStride = input.cols();
        xOffset = firstRow * xStride;
        y = output.data();
        yStride = output.cols();
        sumGroups();
        rowsPerTask = Math.clamp(rows / (workers.threads() * TASKS_PER_THREAD), ROWS_AT_LEAST, ROWS_AT_MOST);
        workers.run((rows + rowsPerTask - 1) / rowsPerTask, this);
    }

    private void sumGroups() {
        int length = GroupSums.length(type);
        sumsPerToken = length == 0 ? 0 : cols / length;
        if (sums.length < tokens * sumsPerToken) {
            sums = new float[tokens * sumsPerToken];
        }
        for (int t = 0; t < tokens; t++) {
            GroupSums.fill(type, x, xOffset + t * xStride, cols, sums, t * sumsPerToken);
        }
    }

    @Override
    public void run(int task, int worker) {
        int first = task * rowsPerTask;
        int count = Math.min(rowsPerTask, rows - first);
        for (int t = 0; t < tokens; t++) {
            kernels.gemv(
                    type,
                    data,
                    first * rowBytes,
                    count,
                    cols,
                    x,
                    xOffset + t * xStride,
                    sums,
                    t * sumsPerToken,
                    y,
                    t * yStride + first);
        }
    }
}
