/**
 * The engine: reads a model, decodes with dense or sparse attention, and hands every selection to the trace. Its root
 * package holds only what all rooms share; it may use {@code trace} and {@code policy}, never HTTP or a user interface.
 */
@NullMarked
package dev.tarn.engine;

import org.jspecify.annotations.NullMarked;
