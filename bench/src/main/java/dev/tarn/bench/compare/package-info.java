/**
 * Two ways to run the same work, one after the other in turns, so that a machine that changes its speed changes it for both:
 * two builds of Tarn, or Tarn and llama.cpp. Starts their commands and reads their JSON; uses nothing of the engine.
 */
@NullMarked
package dev.tarn.bench.compare;

import org.jspecify.annotations.NullMarked;
