/**
 * What the backbone computes over a window of text, kept outside the heap in half precision for as long as indexers train on it.
 * May use the engine and {@code network}.
 */
@NullMarked
package dev.tarn.study.distill.capture;

import org.jspecify.annotations.NullMarked;
