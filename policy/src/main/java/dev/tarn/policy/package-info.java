/**
 * Which entries leave the reservation when room is needed: one small class a policy, the same in the engine and in the simulator.
 * May use nothing of Tarn; entries are dense int ids, so arrays stand where caches usually have hash tables.
 */
@NullMarked
package dev.tarn.policy;

import org.jspecify.annotations.NullMarked;
