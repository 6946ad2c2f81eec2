/**
 * Teacher-forced evaluation over text: perplexity by llama.cpp's definition, and what sparse attention loses beside dense.
 * May use {@code study.cells}, {@code study.meter}, {@code study.text} and the engine.
 */
@NullMarked
package dev.tarn.study.eval;

import org.jspecify.annotations.NullMarked;
