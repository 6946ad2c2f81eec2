/**
 * Texts that studies read: files cut into sentences and turned into tokens. May use {@code engine.tokenize}.
 */
@NullMarked
package dev.tarn.study.text;

import org.jspecify.annotations.NullMarked;
