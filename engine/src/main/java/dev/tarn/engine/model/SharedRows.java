package dev.tarn.engine.model;

import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.Weight;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.engine.model.architecture.FeedForward;
import java.util.List;

/**
 * The MLPs and the output matrix for sequences that decode together, each weight read once for all of them and not once for each: nearly all
 * of a step where weights do not fit a cache. As many rows are taken at once as leave each the bits that it has alone.
 */
final class SharedRows {
    private final Backend backend;
    private final DecoderWeights weights;
    private final Architecture architecture;
    private final FeedForwardBlock feedForward;
    private Tensor in;
    private Tensor out;
    private Tensor logits;
    /** Logits of the rows that are taken at once, where not all can be. */
    private Tensor part;

    private List<ForwardPass> passes = List.of();
    private boolean hasLogits;

    /** For sequences of a decoder with these weights. */
    SharedRows(Backend backend, DecoderWeights weights, FeedForwardBlock feedForward) {
        this.backend = backend;
        this.weights = weights;
        this.architecture = weights.architecture();
        this.feedForward = feedForward;
        in = backend.allocate(1, architecture.hidden());
        out = backend.allocate(1, architecture.hidden());
        logits = backend.allocate(1, architecture.vocabulary());
        part = logits;
    }

    /** Runs a layer's MLP for passes of one row each, which have attended. */
    void feedForward(int layer, List<ForwardPass> of) {
        LayerWeights.FeedForward w = weights.layers().get(layer).feedForward();
        FeedForward description = architecture.stack().get(layer).feedForward();
        int most = feedForward.rowsAlike(w);
        makeRoom(of.size());
        for (int first = 0; first < of.size(); first += most) {
            List<ForwardPass> part = of.subList(first, end(first, most, of.size()));
            if (part.size() == 1) {
                part.getFirst().feedForward();
                continue;
            }
            for (int row = 0; row < part.size(); row++) {
                backend.copyRow(part.get(row).feedForwardInput(), 0, in, row);
            }
            feedForward.run(description, w, in, part.size(), out);
            for (int row = 0; row < part.size(); row++) {
                backend.copyRow(out, row, part.get(row).feedForwardOutput(), 0);
                part.get(row).addFeedForward();
            }
        }
    }

    /** Takes note of passes that have ended, whose logits may be read. */
    void ended(List<ForwardPass> of) {
        passes = of;
        hasLogits = false;
    }

    /** Copies the logits of one of the passes to {@code to}; the first one asked for makes those of all. */
    void readLogits(ForwardPass of, float[] to) {
        if (!hasLogits) {
            makeLogits();
            hasLogits = true;
        }
        logits.read(passes.indexOf(of), 0, to.length, to, 0);
    }

    private void makeLogits() {
        Weight output = weights.output();
        int count = passes.size();
        int most = backend.rowsAlike(output);
        makeRoom(count);
        if (logits.rows() < count) {
            logits = backend.allocate(count, architecture.vocabulary());
            part = most < count ? backend.allocate(most, architecture.vocabulary()) : logits;
        }
        for (int row = 0; row < count; row++) {
            backend.copyRow(passes.get(row).hidden(), 0, in, row);
        }
        if (most >= count) {
            backend.matmul(output, in, 0, count, logits);
        } else {
            multiplyInParts(output, count, most);
        }
        float cap = architecture.embedding().logitSoftcap();
        if (cap != 0) {
            backend.softcap(logits, count, cap);
        }
    }

    private void multiplyInParts(Weight output, int count, int most) {
        for (int first = 0; first < count; first += most) {
            int rows = end(first, most, count) - first;
            backend.matmul(output, in, first, rows, part);
            for (int row = 0; row < rows; row++) {
                backend.copyRow(part, row, logits, first + row);
            }
        }
    }

    private void makeRoom(int rows) {
        if (in.rows() < rows) {
            in = backend.allocate(rows, architecture.hidden());
            out = backend.allocate(rows, architecture.hidden());
        }
    }

    private static int end(int first, int most, int count) {
        return (int) Math.min((long) first + most, count);
    }
}
