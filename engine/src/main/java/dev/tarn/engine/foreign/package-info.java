/**
 * Calls of the C library and of machine code through one shape, which is linked once.
 * Uses nothing of Tarn.
 */
@NullMarked
package dev.tarn.engine.foreign;

import org.jspecify.annotations.NullMarked;
