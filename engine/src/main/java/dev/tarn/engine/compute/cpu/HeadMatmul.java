package dev.tarn.engine.compute.cpu;

/**
 * Products with one block of a weight for each head, as {@link dev.tarn.engine.compute.Backend#matmulHeads} describes. A head's
 * block is turned into floats once for all tokens, in the worker that takes the head; sums do not depend on how many tokens
 * there are.
 */
final class HeadMatmul {
    private final Kernels kernels;
    private final Workers workers;
    private final float[][] blocks;

    HeadMatmul(Kernels kernels, Workers workers) {
        this.kernels = kernels;
        this.workers = workers;
        this.blocks = new float[workers.threads()][0];
    }

    void run(
            HostWeight w,
            int heads,
            int firstRow,
            int count,
            boolean transposed,
            HostTensor x,
            int rows,
            HostTensor y) {
        int run = w.rows() / heads;
        workers.run(heads, (head, worker) -> {
            float[] block = block(w, head * run + firstRow, count, worker);
            int from = head * (x.cols() / heads);
            int to = head * (y.cols() / heads);
            if (transposed) {
                kernels.gemm(
                        x.data(), from, x.cols(), block, 0, w.cols(), y.data(), to, y.cols(), rows, count, w.cols(),
                        false);
            } else {
                for (int t = 0; t < rows; t++) {
                    kernels.gemv(block, 0, count, w.cols(), x.data(), t * x.cols() + from, y.data(), t * y.cols() + to);
                }
            }
        });
    }

    private float[] block(HostWeight w, int row, int count, int worker) {
        int size = count * w.cols();
        if (blocks[worker].length < size) {
            blocks[worker] = new float[size];
        }
        kernels.dequantize(w.stored().type(), w.stored().data(), w.rowOffset(row), size, blocks[worker], 0);
        return blocks[worker];
    }
}
