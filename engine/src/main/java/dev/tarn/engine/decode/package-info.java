/**
 * Decoding: sequences, samplers, the loop from prompt to text, and the recording of what was read. May use every other room of the
 * engine and {@code dev.tarn.trace}.
 */
@NullMarked
package dev.tarn.engine.decode;

import org.jspecify.annotations.NullMarked;
