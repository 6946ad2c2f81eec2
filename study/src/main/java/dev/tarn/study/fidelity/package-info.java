/**
 * What sparse attention loses and reads: needles found, attention recall, bytes and speed, against the same model dense.
 * May use {@code study.meter}, {@code study.needle} and the engine.
 */
@NullMarked
package dev.tarn.study.fidelity;

import org.jspecify.annotations.NullMarked;
