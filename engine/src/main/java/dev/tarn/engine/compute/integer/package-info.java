/**
 * Products of stored weights with activations that are rounded to 16-bit integers: a plain version, and one in machine code.
 * May use {@code format} (types of weights) and {@code compute.x86}.
 */
@NullMarked
package dev.tarn.engine.compute.integer;

import org.jspecify.annotations.NullMarked;
