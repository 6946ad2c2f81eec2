/**
 * The {@code tarn} command: the list of subcommands, what each of them is given, and the way from arguments to an exit
 * code. It may use every module of Tarn; nothing uses it.
 */
@NullMarked
package dev.tarn.cli;

import org.jspecify.annotations.NullMarked;
