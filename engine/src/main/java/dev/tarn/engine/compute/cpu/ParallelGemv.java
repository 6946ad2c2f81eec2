package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.integer.IntegerProducts;
import dev.tarn.engine.compute.integer.RoundedLayout;
import dev.tarn.engine.format.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
    /** Weights that are worth the taking of a task. */
    private static final int WEIGHTS_AT_LEAST = 16_384;

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    private final Kernels kernels;
    private final @Nullable IntegerProducts integers;
    private final Workers workers;
    private final float[][] scratch;
    private final MemorySegment[] sums;
    private boolean rounded;
    private MemorySegment prepared = MemorySegment.NULL;
    private TensorType type = TensorType.F32;
    private long address;
    private long rowBytes;
    private int rows;
    private int cols;
    private int tokens;
    private long tokenBytes;
    private int rowsPerTask;
    private float[] y = new float[0];
    private int yStride;

    /**
     * Products of the kernels' kind.
     *
     * @param integers what multiplies rounded activations, or null where they are not to be rounded
     */
    ParallelGemv(Kernels kernels, @Nullable IntegerProducts integers, Workers workers) {
        this.kernels = kernels;
        this.integers = integers;
        this.workers = workers;
        this.scratch = new float[workers.threads()][0];
        this.sums = new MemorySegment[workers.threads()];
        Arrays.setAll(sums, _ -> Arena.ofAuto().allocate(ROWS_AT_MOST * FLOAT.byteSize(), ALIGNMENT));
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
        rounded = integers != null && IntegerProducts.takes(type, cols);
        prepare(input.data(), firstRow * input.cols(), input.cols());
        int least = Math.clamp(WEIGHTS_AT_LEAST / cols, ROWS_AT_LEAST, ROWS_AT_MOST);
        rowsPerTask = Math.clamp(rows / (workers.threads() * TASKS_PER_THREAD), least, ROWS_AT_MOST);
        workers.run((rows + rowsPerTask - 1) / rowsPerTask, this);
    }

    private void prepare(float[] from, int offset, int stride) {
        tokenBytes = rounded ? RoundedLayout.bytes(type, cols, 1) : Activations.bytes(cols);
        if (prepared.byteSize() < tokens * tokenBytes) {
            prepared = Arena.ofAuto().allocate(tokens * tokenBytes, ALIGNMENT);
        }
        for (int t = 0; t < tokens; t++) {
            long to = prepared.address() + t * tokenBytes;
            if (rounded && integers != null) {
                integers.prepare(type, from, offset + t * stride, cols, 1, 0, to);
            } else {
                kernels.prepare(type, from, offset + t * stride, cols, to);
            }
        }
    }

    @Override
    public void run(int task, int worker) {
        int first = task * rowsPerTask;
        int count = Math.min(rowsPerTask, rows - first);
        for (int t = 0; t < tokens; t++) {
            long x = prepared.address() + t * tokenBytes;
            int to = t * yStride + first;
            if (rounded && integers != null) {
                integers.multiply(type, address + first * rowBytes, count, cols, 1, x, sums[worker].address());
                MemorySegment.copy(sums[worker], FLOAT, 0, y, to, count);
            } else {
                kernels.gemv(type, address + first * rowBytes, count, cols, x, scratch(worker), y, to);
            }
        }
    }

    private float[] scratch(int worker) {
        int room = cols + LANES_AT_MOST * ROWS_AT_MOST;
        if (scratch[worker].length < room) {
            scratch[worker] = new float[room];
        }
        return scratch[worker];
    }
}
