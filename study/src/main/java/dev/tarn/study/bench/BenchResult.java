package dev.tarn.study.bench;

import dev.tarn.engine.compute.Ceilings;
import java.util.List;

/**
 * What {@code tarn bench} found.
 *
 * @param results the rows, in the order asked for
 * @param ceilings of the machine with the most threads asked for
 */
public record BenchResult(List<BenchRow> results, Ceilings ceilings) {}
