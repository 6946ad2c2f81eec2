/**
 * Finished parts of long work, kept so that an interrupted run goes on where it stopped. May use Jackson and the file system.
 */
@NullMarked
package dev.tarn.study.cells;

import org.jspecify.annotations.NullMarked;
