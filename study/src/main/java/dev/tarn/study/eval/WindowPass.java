package dev.tarn.study.eval;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.model.Decoder;
import dev.tarn.study.StudyListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a window under several attentions side by side, batch by batch, so that the dense distributions that all are held against
 * exist for one batch at a time.
 */
final class WindowPass {
    private final Decoder decoder;
    private final LogitRows rows;
    private final StudyListener listener;
    private @Nullable DenseRows denseRows;

    WindowPass(Decoder decoder, StudyListener listener) {
        this.decoder = decoder;
        this.rows = new LogitRows(decoder);
        this.listener = listener;
    }

    /**
     * What a pass found.
     *
     * @param dense the dense model's part
     * @param scores of the other attentions, in their order
     */
    record Result(DenseWindow dense, List<WindowScore> scores) {}

    /** Reads densely and, beside it, by each spec. */
    Result beside(int[] window, List<AttentionSpec> specs, int every) {
        if (denseRows == null) {
            denseRows = new DenseRows(Decoder.BATCH, decoder.architecture().vocabulary());
        }
        DenseRows distributions = denseRows;
        List<Lane> lanes = new ArrayList<>();
        try (Lane dense = new Lane(decoder, rows, AttentionSpec.DENSE, window, every)) {
            specs.forEach(spec -> lanes.add(new Lane(decoder, rows, spec, window, every)));
            for (int from = 0; from < window.length; from += Decoder.BATCH) {
                int to = Math.min(window.length, from + Decoder.BATCH);
                dense.read(from, to);
                dense.keep(from, to, distributions);
                listener.advance(to - from);
                for (Lane lane : lanes) {
                    lane.read(from, to);
                    lane.score(from, to, distributions);
                    listener.advance(to - from);
                }
            }
            List<WindowScore> scores =
                    lanes.stream().map(lane -> lane.finish(dense.losses())).toList();
            return new Result(new DenseWindow(dense.finish(dense.losses()), dense.losses()), scores);
        } finally {
            lanes.forEach(Lane::close);
        }
    }

    /** Reads by one spec where the dense losses are known; divergence, agreement and masses are not computed. */
    WindowScore alone(int[] window, AttentionSpec spec, double[] denseLosses) {
        try (Lane lane = new Lane(decoder, rows, spec, window, 0)) {
            for (int from = 0; from < window.length; from += Decoder.BATCH) {
                int to = Math.min(window.length, from + Decoder.BATCH);
                lane.read(from, to);
                lane.score(from, to, null);
                listener.advance(to - from);
            }
            return lane.finish(denseLosses);
        }
    }
}
