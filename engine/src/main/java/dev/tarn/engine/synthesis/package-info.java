/**
 * Models of known shapes with random weights, so that engines can be compared on any shape and type without a download. May
 * use {@code format}; computes nothing and knows no engine.
 */
@NullMarked
package dev.tarn.engine.synthesis;

import org.jspecify.annotations.NullMarked;
