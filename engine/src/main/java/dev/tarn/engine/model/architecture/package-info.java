/**
 * What the decoder must know of a model to run it, and how config.json and GGUF metadata say it: a family is a description, not a
 * decoder. May use {@code format} and, for shapes and rotations, {@code compute}.
 */
@NullMarked
package dev.tarn.engine.model.architecture;

import org.jspecify.annotations.NullMarked;
