/**
 * e^x, and what softmax and gated feed-forward blocks make of it, in machine code.
 * Uses the room of machine code and calls, nothing else of Tarn.
 */
@NullMarked
package dev.tarn.engine.compute.exponential;

import org.jspecify.annotations.NullMarked;
