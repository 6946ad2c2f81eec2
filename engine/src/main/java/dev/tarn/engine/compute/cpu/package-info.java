/**
 * The CPU backend: operators over worker threads, and the numeric kernels beneath them, plain and with the Vector API.
 * May use what {@code compute} may; the only room that uses {@code jdk.incubator.vector}.
 */
@NullMarked
package dev.tarn.engine.compute.cpu;

import org.jspecify.annotations.NullMarked;
