package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.integer.IntegerProducts;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Products of stored weights with activations: y[t] = w · x[t]. Few tokens take each weight row as it is stored; many take
 * tiles of {@link #TILE} tokens, packed so that tokens are vector lanes, against which weight rows are turned into floats once, a
 * panel at a time, in the worker that uses them. Where activations may be rounded, {@link IntegerGemm} takes the types that it can.
 */
final class Matmul {
    /** Tokens in a packed tile. */
    static final int TILE = 64;

    private static final int PANEL = 16;
    private static final int PANELS_PER_TASK = 4;
    private static final int MANY = 4;

    private final Kernels kernels;
    private final Workers workers;
    private final ParallelGemv gemv;
    private final @Nullable IntegerGemm integerGemm;
    private final float[][] panels;
    private final float[][] products;
    private float[] packed = new float[0];

    Matmul(Kernels kernels, @Nullable IntegerProducts integers, Workers workers) {
        this.kernels = kernels;
        this.workers = workers;
        this.gemv = new ParallelGemv(kernels, integers, workers);
        this.integerGemm = integers == null ? null : new IntegerGemm(integers, workers);
        this.panels = new float[workers.threads()][0];
        this.products = new float[workers.threads()][PANEL * TILE];
    }

    /** y rows 0..tokens-1 from x rows firstRow..firstRow+tokens-1. */
    void run(HostWeight w, HostTensor x, int firstRow, int tokens, HostTensor y) {
        boolean rounded = isRounded(w);
        if (rounded && tokens > 1) {
            Objects.requireNonNull(integerGemm).multiply(w, x, firstRow, tokens, y);
        } else if (rounded || tokens < MANY) {
            gemv.multiply(w, x, firstRow, tokens, y);
        } else {
            int tasks = (w.rows() + PANEL * PANELS_PER_TASK - 1) / (PANEL * PANELS_PER_TASK);
            pack(x, firstRow, tokens);
            workers.run(tasks, (task, worker) -> byTiles(w, tokens, y, task, worker));
        }
    }

    /** How many tokens each have the bits of one: rounded to integers all, in floats those that are few. */
    int rowsAlike(HostWeight w) {
        return isRounded(w) ? Integer.MAX_VALUE : MANY - 1;
    }

    private boolean isRounded(HostWeight w) {
        return integerGemm != null && IntegerProducts.takes(w.stored().type(), w.cols());
    }

    private float[] panel(int worker, int cols) {
        if (panels[worker].length < PANEL * cols) {
            panels[worker] = new float[PANEL * cols];
        }
        return panels[worker];
    }

    private void byTiles(HostWeight w, int tokens, HostTensor y, int task, int worker) {
        int cols = w.cols();
        float[] panel = panel(worker, cols);
        float[] product = products[worker];
        int end = Math.min(w.rows(), (task + 1) * PANEL * PANELS_PER_TASK);
        for (int row = task * PANEL * PANELS_PER_TASK; row < end; row += PANEL) {
            int rows = Math.min(PANEL, end - row);
            unpack(w, row, rows, panel);
            for (int first = 0; first < tokens; first += TILE) {
                int count = Math.min(TILE, tokens - first);
                int lanes = Math.min(TILE, (count + 15) / 16 * 16);
                kernels.gemm(panel, 0, cols, packed, first * cols, TILE, product, 0, TILE, rows, cols, lanes, false);
                scatter(product, rows, count, y, first, row);
            }
        }
    }

    private void unpack(HostWeight w, int row, int rows, float[] panel) {
        kernels.dequantize(w.stored().type(), w.stored().data(), w.rowOffset(row), rows * w.cols(), panel, 0);
    }

    private static void scatter(float[] product, int rows, int count, HostTensor y, int first, int row) {
        float[] out = y.data();
        for (int t = 0; t < count; t++) {
            int to = (first + t) * y.cols() + row;
            for (int r = 0; r < rows; r++) {
                out[to + r] = product[r * TILE + t];
            }
        }
    }

    /** packed[tile][col][token], with zeros for the tokens that the last tile lacks. */
    private void pack(HostTensor x, int firstRow, int tokens) {
        int tiles = (tokens + TILE - 1) / TILE;
        int cols = x.cols();
        if (packed.length < tiles * TILE * cols) {
            packed = new float[tiles * TILE * cols];
        }
        workers.run(tiles, (tile, _) -> packTile(x, firstRow, tokens, tile));
    }

    private void packTile(HostTensor x, int firstRow, int tokens, int tile) {
        int cols = x.cols();
        int count = Math.min(TILE, tokens - tile * TILE);
        int base = tile * TILE * cols;
        if (count < TILE) {
            Arrays.fill(packed, base, base + TILE * cols, 0);
        }
        for (int t = 0; t < count; t++) {
            int from = (firstRow + tile * TILE + t) * cols;
            for (int c = 0; c < cols; c++) {
                packed[base + c * TILE + t] = x.data()[from + c];
            }
        }
    }
}
