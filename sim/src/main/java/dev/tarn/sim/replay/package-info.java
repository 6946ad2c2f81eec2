/**
 * Replays streams of accesses against policies and capacities, exactly: every LRU capacity in one pass, OPT beside it.
 * May use {@code dev.tarn.policy} and {@code dev.tarn.sim.access}.
 */
@NullMarked
package dev.tarn.sim.replay;

import org.jspecify.annotations.NullMarked;
