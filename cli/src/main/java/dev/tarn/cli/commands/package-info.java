/**
 * The subcommands of {@code tarn}: options, and the order in which the modules are called.
 * May use every module; computes nothing itself.
 */
@NullMarked
package dev.tarn.cli.commands;

import org.jspecify.annotations.NullMarked;
