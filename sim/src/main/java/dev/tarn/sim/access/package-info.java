/**
 * Traces as compact arrays: batches of positions for the analysis, streams of dense ids for the simulator.
 * May use {@code dev.tarn.trace}; knows nothing of metrics or policies.
 */
@NullMarked
package dev.tarn.sim.access;

import org.jspecify.annotations.NullMarked;
