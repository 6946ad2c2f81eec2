/**
 * Turns results into one HTML file that shows itself without a network: tables, lines, bars and heat maps with their explanations.
 * Uses Jackson and the embedded Apache ECharts, and knows nothing of traces or caches, so that every command can report through it.
 */
@NullMarked
package dev.tarn.sim.report;

import org.jspecify.annotations.NullMarked;
