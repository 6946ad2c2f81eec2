/**
 * Models: what a file says of its architecture, where its weights are, and the one decoder that runs them layer by layer.
 * May use {@code catalog}, {@code format}, {@code tokenize}, {@code chat}, {@code compute}, {@code kv} and {@code attention}.
 */
@NullMarked
package dev.tarn.engine.model;

import org.jspecify.annotations.NullMarked;
