package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.integer.IntegerProducts;
import dev.tarn.engine.compute.integer.RoundedLayout;
import dev.tarn.engine.format.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Stored weights times many tokens that are rounded to 16-bit integers. Tokens go in tiles of {@link IntegerProducts#TILE}, weight rows in
 * panels that stay in a core's cache while all tiles pass. Gives the bits of {@link ParallelGemv} for each token.
 */
final class IntegerGemm {
    private static final int TILE = IntegerProducts.TILE;
    private static final long PANEL_BYTES = 128 << 10;
    private static final int ROWS_AT_LEAST = 8;
    private static final int ROWS_AT_MOST = 256;
    private static final int TASKS_PER_THREAD = 4;
    private static final int ALIGNMENT = 64;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    private final IntegerProducts products;
    private final Workers workers;
    private final MemorySegment[] sums;
    private final float[][] interleaved;
    private MemorySegment prepared = MemorySegment.NULL;

    IntegerGemm(IntegerProducts products, Workers workers) {
        this.products = products;
        this.workers = workers;
        this.sums = new MemorySegment[workers.threads()];
        this.interleaved = new float[workers.threads()][ROWS_AT_MOST * TILE];
        Arrays.setAll(sums, _ -> Arena.ofAuto().allocate(ROWS_AT_MOST * TILE * FLOAT.byteSize(), ALIGNMENT));
    }

    /** y rows 0..tokens-1 from x rows firstRow..firstRow+tokens-1. */
    void multiply(HostWeight w, HostTensor x, int firstRow, int tokens, HostTensor y) {
        TensorType type = w.stored().type();
        int tiles = Math.ceilDiv(tokens, TILE);
        long tileBytes = Math.ceilDiv(RoundedLayout.bytes(type, w.cols(), TILE), ALIGNMENT) * ALIGNMENT;
        if (prepared.byteSize() < tiles * tileBytes) {
            prepared = Arena.ofAuto().allocate(tiles * tileBytes, ALIGNMENT);
        }
        workers.run(
                tiles, (tile, _) -> prepare(type, x, firstRow, tokens, tile, prepared.address() + tile * tileBytes));
        long weights =
                NativeMemory.address(w.stored().data(), 0, w.rows() * w.stored().rowBytes());
        int panel = panelRows(w);
        workers.run(Math.ceilDiv(w.rows(), panel), (task, worker) -> {
            int first = task * panel;
            int rows = Math.min(panel, w.rows() - first);
            long address = weights + first * w.stored().rowBytes();
            for (int tile = 0; tile < tiles; tile++) {
                long at = prepared.address() + tile * tileBytes;
                products.multiply(type, address, rows, w.cols(), TILE, at, sums[worker].address());
                MemorySegment.copy(sums[worker], FLOAT, 0, interleaved[worker], 0, rows * TILE);
                scatter(interleaved[worker], rows, Math.min(TILE, tokens - tile * TILE), y, tile * TILE, first);
            }
        });
    }

    private int panelRows(HostWeight w) {
        int cached = Math.clamp(PANEL_BYTES / w.stored().rowBytes(), ROWS_AT_LEAST, ROWS_AT_MOST);
        return Math.clamp(w.rows() / (workers.threads() * TASKS_PER_THREAD), ROWS_AT_LEAST, cached);
    }

    /** A tile that tokens do not fill repeats the last, because every place is multiplied. */
    private void prepare(TensorType type, HostTensor x, int firstRow, int tokens, int tile, long to) {
        for (int t = 0; t < TILE; t++) {
            int row = firstRow + Math.min(tile * TILE + t, tokens - 1);
            products.prepare(type, x.data(), row * x.cols(), x.cols(), TILE, t, to);
        }
    }

    private static void scatter(float[] sums, int rows, int count, HostTensor y, int token, int first) {
        float[] out = y.data();
        for (int t = 0; t < count; t++) {
            int to = (token + t) * y.cols() + first;
            for (int row = 0; row < rows; row++) {
                out[to + row] = sums[row * TILE + t];
            }
        }
    }
}
