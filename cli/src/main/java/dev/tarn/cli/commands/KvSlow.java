package dev.tarn.cli.commands;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where all entries live.
 *
 * @param folder of the file; null where they live in memory
 */
record KvSlow(@Nullable Path folder) {
    static final KvSlow RAM = new KvSlow(null);
    private static final String FILE = "file:";

    /** Reads {@code ram} or {@code file:DIR}. */
    static final class Converter implements ITypeConverter<KvSlow> {
        @Override
        public KvSlow convert(String text) {
            if (text.equals("ram")) {
                return RAM;
            }
            if (!text.startsWith(FILE) || text.length() == FILE.length()) {
                throw new TypeConversionException("'" + text + "' is neither; write ram or file:DIR");
            }
            try {
                return new KvSlow(Path.of(text.substring(FILE.length())));
            } catch (InvalidPathException e) {
                throw new TypeConversionException("'" + text + "' names no folder; write file:DIR");
            }
        }
    }

    /** The kind alone: the folder is no part of what is computed. */
    @Override
    public String toString() {
        return folder == null ? "ram" : "file";
    }
}
