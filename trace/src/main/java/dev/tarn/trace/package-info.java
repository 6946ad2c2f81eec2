/**
 * The record of what every layer read: the schema of one selection, what is known of the whole run, and how both are written and read.
 * May use nothing of Tarn but its own {@code dev.tarn.trace.parquet}, and that from {@link dev.tarn.trace.Traces} alone.
 */
@NullMarked
package dev.tarn.trace;

import org.jspecify.annotations.NullMarked;
