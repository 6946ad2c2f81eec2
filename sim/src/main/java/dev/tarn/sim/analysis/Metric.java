package dev.tarn.sim.analysis;

import java.util.Locale;

/**
 * The six metrics, what one sample of each is, and its unit. Ω(t, l) is the union of what the groups of layer l selected at one step of one
 * request, the own position t included where it was selected. Consecutive steps are steps of one request whose numbers differ by one.
 */
public enum Metric {
    /** abs(union of Ω) over a window of 50 consecutive steps of a layer; one sample a window, stride 1; in k. */
    WORKING_SET,
    /** Consecutive steps an entry stays selected; one sample a run that the trace saw begin and end; in steps. */
    PERSISTENCE,
    /** t - s; one sample for each selected entry s; in k. */
    LOOKBACK,
    /** abs(Ω(t) minus Ω(t - 1)); one sample for each pair of consecutive steps of a layer; in k. */
    NEW_LOOKUPS,
    /** abs(Ω(l) intersect Ω(l - 1)); one sample for each pair of neighbouring layers of a step, counted to the upper; in k. */
    INTER_LAYER_OVERLAP,
    /** Selected tokens / (touched pages × page size); one sample for each step and layer; a fraction. */
    PAGE_UTILISATION;

    /** The name in JSON and in options. */
    public String jsonName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
