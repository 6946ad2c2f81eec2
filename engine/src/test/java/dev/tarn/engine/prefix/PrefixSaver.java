package dev.tarn.engine.prefix;

import java.nio.file.Path;

/** Saves a thousand prompts in a folder, or until it is killed. Prints a line once the first is saved. */
final class PrefixSaver {
    private PrefixSaver() {}

    /** Takes the folder, and the number of the first prompt, a multiple of 1000. */
    public static void main(String[] args) {
        long first = Long.parseLong(args[1]);
        try (Prefixes prefixes = new Prefixes(Path.of(args[0]), 1L << 30, 0)) {
            prefixes.saveThousand(first, PrefixKillTest.CHUNKS, () -> System.out.println("saved"));
        }
    }
}
