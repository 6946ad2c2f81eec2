/**
 * JMH benchmarks, one class for each question, on one thread: products, scoring, choosing, attending, each with the plain and
 * with the vector kernels and checked against the plain ones before it is timed. May use the engine.
 */
@NullMarked
package dev.tarn.bench.kernels;

import org.jspecify.annotations.NullMarked;
