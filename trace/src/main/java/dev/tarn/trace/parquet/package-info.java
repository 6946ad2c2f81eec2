/**
 * The trace as a Parquet file: its columns, its key-value metadata, a writer with a background thread, a checking reader.
 * May use {@code dev.tarn.trace} and Parquet; nothing else in Tarn may see Parquet.
 */
@NullMarked
package dev.tarn.trace.parquet;

import org.jspecify.annotations.NullMarked;
