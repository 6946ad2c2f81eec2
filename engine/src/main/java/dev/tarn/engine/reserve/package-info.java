/**
 * A piece of fast memory for the entries that decode steps read again and again; the rest is fetched from the slow tier. May use
 * {@code compute}, {@code kv} and {@code dev.tarn.policy}; knows no ranking and no model.
 */
@NullMarked
package dev.tarn.engine.reserve;

import org.jspecify.annotations.NullMarked;
