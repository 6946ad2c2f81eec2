/**
 * Model files: GGUF, safetensors and config.json, memory-mapped and checked against the file's own size before use.
 * Knows bytes, shapes and types but no arithmetic and no architecture; may use Jackson and the JDK only.
 */
@NullMarked
package dev.tarn.engine.format;

import org.jspecify.annotations.NullMarked;
