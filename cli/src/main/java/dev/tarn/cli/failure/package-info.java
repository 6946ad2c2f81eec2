/**
 * Exceptions become one line and an exit code, in one place. May use the exception types of every module and the
 * console, and nothing else.
 */
@NullMarked
package dev.tarn.cli.failure;

import org.jspecify.annotations.NullMarked;
