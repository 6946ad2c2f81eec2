/**
 * The access lab: what a trace says, what a reservation would have made of it, and what that buys on a machine.
 * Holds no classes of its own; each room beneath may use {@code trace} and {@code policy}, never the engine.
 */
@NullMarked
package dev.tarn.sim;

import org.jspecify.annotations.NullMarked;
