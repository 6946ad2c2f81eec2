/**
 * Files a command writes: checked before long work begins, whole under their final name or not there at all. Uses
 * nothing but the JDK.
 */
@NullMarked
package dev.tarn.cli.files;

import org.jspecify.annotations.NullMarked;
