package dev.tarn.trace;

import org.jspecify.annotations.Nullable;

/**
 * One selection: the token positions that one layer (or one group of its heads) attended to at one decode step.
 *
 * @param request the request, counted from 0
 * @param step the decode step of the request; 0 is the first decoded token
 * @param position t, the position of the step's own token
 * @param layer the layer, counted from 0
 * @param group the KV head, or {@link #ALL_HEADS}
 * @param budgetWaves how many waves were taken before the stop rule was satisfied
 * @param mass PSA's estimate P of the attention mass taken, NaN where the stop rule has none
 * @param indices the positions selected, ascending and distinct, each in 0..position
 * @param scores the ranking's score of each index, or null where scores were not recorded
 */
public record TraceRow(
        int request,
        int step,
        int position,
        int layer,
        int group,
        int budgetWaves,
        float mass,
        int[] indices,
        float @Nullable [] scores) {
    /** The group of a selection that all heads of the layer share. */
    public static final int ALL_HEADS = -1;
}
