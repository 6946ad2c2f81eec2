/**
 * Text to token ids and back, for every vocabulary a model file can bring: one pipeline of normaliser, pre-tokeniser,
 * model and detokeniser, filled from GGUF metadata or from tokenizer.json. May use {@code format} and Jackson only.
 */
@NullMarked
package dev.tarn.engine.tokenize;

import org.jspecify.annotations.NullMarked;
