/**
 * What machines read: the one document a command prints with {@code --json}. May use Jackson, picocli's option model
 * and {@code machine}; it measures nothing.
 */
@NullMarked
package dev.tarn.cli.json;

import org.jspecify.annotations.NullMarked;
