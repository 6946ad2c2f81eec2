/**
 * What misses cost: step time and slowdown from counts, with every constant in one table.
 * May use {@code dev.tarn.sim.access} and {@code dev.tarn.sim.replay}.
 */
@NullMarked
package dev.tarn.sim.hardware;

import org.jspecify.annotations.NullMarked;
