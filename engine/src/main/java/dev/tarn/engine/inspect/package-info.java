/**
 * What a model file says of itself, also where Tarn cannot run it: sizes, how its tensors are stored, what a token costs in the
 * cache. May use {@code format}, {@code kv} and {@code model}.
 */
@NullMarked
package dev.tarn.engine.inspect;

import org.jspecify.annotations.NullMarked;
