/**
 * The record of what every layer read: the schema of one selection, what is known of the whole run, and how both are written and read.
 * May use nothing of Tarn; Parquet stays inside {@code dev.tarn.trace.parquet}.
 */
@NullMarked
package dev.tarn.trace;

import org.jspecify.annotations.NullMarked;
