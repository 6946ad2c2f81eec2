package dev.tarn.engine.prefix;

import java.nio.file.Path;

/** Saves prompts in a folder, one after the other, until it is killed. Prints a line once the first is saved. */
final class PrefixSaver {
    private PrefixSaver() {}

    /** Takes the folder, and the number of the first prompt. */
    public static void main(String[] args) {
        long first = Long.parseLong(args[1]);
        try (Prefixes prefixes = new Prefixes(Path.of(args[0]), 1L << 30, 0)) {
            for (long prompt = first; prompt < first + 100_000; prompt++) {
                prefixes.read(prompt, PrefixKillTest.CHUNKS);
                if (prompt == first) {
                    System.out.println("saved");
                }
            }
        }
    }
}
