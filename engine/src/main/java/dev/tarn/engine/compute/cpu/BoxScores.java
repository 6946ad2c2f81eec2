package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.kv.BlockSummaries;
import java.util.Arrays;

/** Block scores of one worker; its arrays are scratch. */
final class BoxScores {
    private final Kernels kernels;
    private final float[] page = new float[Kernels.BOXES];
    private float[] query = new float[0];

    BoxScores(Kernels kernels) {
        this.kernels = kernels;
    }

    void score(
            AttentionShape shape,
            BlockSummaries summaries,
            int layer,
            HostTensor q,
            int row,
            int fromKvHead,
            int toKvHead,
            int count,
            float[] out) {
        Arrays.fill(out, 0, count, 0);
        for (int head = fromKvHead; head < toKvHead; head++) {
            sumQueries(shape, q, row, head);
            for (int first = 0; first < count; first += page.length) {
                kernels.boxScores(
                        summaries.type(),
                        query,
                        0,
                        shape.keyDim(),
                        summaries.page(layer, first / page.length),
                        summaries.lowOffset(head),
                        summaries.highOffset(head),
                        page,
                        0);
                kernels.add(out, first, page, 0, Math.min(page.length, count - first));
            }
        }
    }

    private void sumQueries(AttentionShape shape, HostTensor q, int row, int kvHead) {
        int dim = shape.keyDim();
        if (query.length != dim) {
            query = new float[dim];
        }
        int from = row * q.cols() + kvHead * shape.groupSize() * dim;
        System.arraycopy(q.data(), from, query, 0, dim);
        for (int h = 1; h < shape.groupSize(); h++) {
            kernels.add(query, 0, q.data(), from + h * dim, dim);
        }
    }
}
