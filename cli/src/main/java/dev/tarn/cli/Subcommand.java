package dev.tarn.cli;

import dev.tarn.cli.command.TarnCommand;

/**
 * An entry of the list of commands.
 *
 * @param name what the user types
 * @param summary what it does, in one line of {@code tarn help}
 * @param type its class, which is not initialised before the user asks for it
 */
public record Subcommand(String name, String summary, Class<? extends TarnCommand> type) {}
