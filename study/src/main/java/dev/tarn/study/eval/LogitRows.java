package dev.tarn.study.eval;

import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.model.Decoder;
import java.util.stream.IntStream;

/** Visits the logits of the rows of the last forward pass, several rows at a time. */
final class LogitRows {
    /** Rows of logits that exist at a time: a large vocabulary times a whole batch would take more memory than the model. */
    private static final int ROWS = 64;

    private final Decoder decoder;
    private final ThreadLocal<float[]> buffers;

    LogitRows(Decoder decoder) {
        this.decoder = decoder;
        int vocabulary = decoder.architecture().vocabulary();
        this.buffers = ThreadLocal.withInitial(() -> new float[vocabulary]);
    }

    /** Does something with one row's logits; called by several threads. */
    interface Visitor {
        void visit(int row, float[] logits);
    }

    void visit(int rows, Visitor visitor) {
        for (int first = 0; first < rows; first += ROWS) {
            int start = first;
            int count = Math.min(ROWS, rows - first);
            Tensor logits = decoder.logits(first, count);
            IntStream.range(0, count).parallel().forEach(row -> {
                float[] values = buffers.get();
                logits.read(row, 0, values.length, values, 0);
                visitor.visit(start + row, values);
            });
        }
    }
}
