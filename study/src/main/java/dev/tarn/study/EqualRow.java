package dev.tarn.study;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one attention reads, and how fast it is, where it just reaches a target.
 *
 * @param target the share of dense that is to be reached
 * @param context tokens of a window or prompt
 * @param attention the spec with the knob found, as resolved
 * @param knob the knob's name; null for an attention without one
 * @param value where it was set
 * @param reached whether the target was reached within {@link dev.tarn.study.search.ThresholdSearch#MOST_PROBES} probes; if not, this
 *     is the probe that came nearest
 * @param perplexityRatio perplexity over dense perplexity; NaN where tasks decide
 * @param perplexityRatioSe its standard error
 * @param right right answers; null where text decides
 * @param n questions asked
 * @param denseRight dense's right answers to the same questions
 * @param entries mean entries of a selection
 * @param kvBytesPerToken bytes of selected entries, all layers
 * @param indexBytesPerToken bytes of index data that the ranking read
 * @param bytesPerToken both
 * @param denseBytesPerToken what dense attention read
 * @param decodeTokS decode steps per second at the end of the context, logits included
 * @param probes all settings tried for this attention so far, by how much they read
 */
public record EqualRow(
        double target,
        int context,
        String attention,
        @Nullable String knob,
        double value,
        boolean reached,
        double perplexityRatio,
        double perplexityRatioSe,
        @Nullable Integer right,
        @Nullable Integer n,
        @Nullable Integer denseRight,
        double entries,
        double kvBytesPerToken,
        double indexBytesPerToken,
        double bytesPerToken,
        double denseBytesPerToken,
        double decodeTokS,
        List<Tried> probes) {
    /**
     * One setting.
     *
     * @param value the knob
     * @param perplexityRatio NaN where tasks decide
     * @param rate share of right answers; NaN where text decides
     */
    public record Tried(double value, double perplexityRatio, double rate) {}
}
