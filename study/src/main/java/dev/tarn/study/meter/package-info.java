/**
 * Listens to selections: what attention reads, how much attention mass that holds, and how fast decoding is.
 * May use the engine.
 */
@NullMarked
package dev.tarn.study.meter;

import org.jspecify.annotations.NullMarked;
