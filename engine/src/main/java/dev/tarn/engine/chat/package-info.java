/**
 * A conversation as the text that a model was trained on: its own chat template, rendered as Hugging Face transformers renders it.
 * May use {@code dev.tarn.engine.chat.jinja} and nothing else of the engine; knows no tokenizer and no model.
 */
@NullMarked
package dev.tarn.engine.chat;

import org.jspecify.annotations.NullMarked;
