/**
 * Facts planted in book text and questions about them: how prompts are made and how answers are judged.
 * May use {@code study.text} and the engine.
 */
@NullMarked
package dev.tarn.study.needle;

import org.jspecify.annotations.NullMarked;
