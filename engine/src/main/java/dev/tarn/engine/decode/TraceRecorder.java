package dev.tarn.engine.decode;

import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.trace.TraceWriter;
import org.jspecify.annotations.Nullable;

/** Writes the selections of decoded tokens to a trace. Those of prompt tokens are no decode steps and are left out. */
public final class TraceRecorder implements SelectionListener {
    private final TraceWriter writer;
    private final boolean withScores;
    private int request;
    private int firstPosition;
    private float[] chosenScores = new float[0];

    /** Records to a writer that stays the caller's. */
    public TraceRecorder(TraceWriter writer, boolean withScores) {
        this.writer = writer;
        this.withScores = withScores;
    }

    /** Says which request follows and at which position its decode step 0 is. */
    public void begin(int request, int firstPosition) {
        this.request = request;
        this.firstPosition = firstPosition;
    }

    @Override
    public void selected(LayerInput input, int row, int group, Selection selection, float @Nullable [] scores) {
        int position = input.position(row);
        if (position < firstPosition) {
            return;
        }
        writer.write(
                request,
                position - firstPosition,
                position,
                input.layer(),
                group,
                selection.waves,
                selection.mass,
                selection.positions,
                selection.count,
                withScores ? chosen(selection, scores) : null);
    }

    /** The scores of the selected positions; 0 where no ranking ran. */
    private float[] chosen(Selection selection, float @Nullable [] scores) {
        if (chosenScores.length < selection.count) {
            chosenScores = new float[Math.max(selection.count, 2 * chosenScores.length)];
        }
        for (int i = 0; i < selection.count; i++) {
            chosenScores[i] = scores == null ? 0 : scores[selection.positions[i] / selection.unit];
        }
        return chosenScores;
    }
}
