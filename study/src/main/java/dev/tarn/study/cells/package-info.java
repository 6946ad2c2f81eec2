/**
 * Finished parts of long work, kept so that an interrupted run goes on where it stopped. May use Jackson,
 * the file system and the engine's specs.
 */
@NullMarked
package dev.tarn.study.cells;

import org.jspecify.annotations.NullMarked;
