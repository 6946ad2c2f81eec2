package dev.tarn.cli;

import java.util.List;

/** The commands of {@code tarn}, in the order of {@code tarn help}. */
final class Subcommands {
    private Subcommands() {}

    /** A further command is one further line here. */
    static List<Subcommand> all() {
        return List.of();
    }
}
