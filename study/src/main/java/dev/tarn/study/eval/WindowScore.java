package dev.tarn.study.eval;

import dev.tarn.study.meter.MassSums;
import dev.tarn.study.meter.Reads;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one attention did with one window.
 *
 * @param stretches {@link Stretch#COUNT} of them
 * @param reads what was read, at every position
 * @param masses attention mass at sampled positions; null where it was not measured
 */
record WindowScore(
        List<Stretch> stretches, Reads reads, @Nullable MassSums masses) {}
