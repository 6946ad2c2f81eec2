/**
 * What every command shares: its common options and what it works with while it runs.
 * May use the other rooms of the command line.
 */
@NullMarked
package dev.tarn.cli.command;

import org.jspecify.annotations.NullMarked;
