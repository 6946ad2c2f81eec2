/**
 * Teacher-forced evaluation over text: perplexity by llama.cpp's definition. May use {@code study.text} and the engine.
 */
@NullMarked
package dev.tarn.study.eval;

import org.jspecify.annotations.NullMarked;
