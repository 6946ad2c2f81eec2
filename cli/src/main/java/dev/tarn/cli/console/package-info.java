/**
 * What people read: standard output and error, tables, progress, units. The only room that prints; it knows no
 * command and no model.
 */
@NullMarked
package dev.tarn.cli.console;

import org.jspecify.annotations.NullMarked;
