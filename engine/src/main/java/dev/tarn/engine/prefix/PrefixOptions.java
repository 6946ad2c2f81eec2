package dev.tarn.engine.prefix;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How prefixes are kept.
 *
 * @param identity what decides, besides the tokens and how they attend, what a sequence leaves in its cache: the program, the model's
 *     hash, its indexer's, the precision, how entries and index keys are stored
 * @param folder where they survive the process, or null
 * @param folderBytes what the files there may take
 * @param memoryBytes what is kept in memory may take; 0 keeps nothing there
 * @param warnings told, in one line, of what is ignored or cannot be saved; from any thread
 */
public record PrefixOptions(
        String identity, @Nullable Path folder, long folderBytes, long memoryBytes, Consumer<String> warnings) {
    /** Checks the ranges. */
    public PrefixOptions {
        if (folderBytes < 0 || memoryBytes < 0) {
            throw new IllegalArgumentException("prefixes cannot take fewer than 0 bytes");
        }
    }
}
