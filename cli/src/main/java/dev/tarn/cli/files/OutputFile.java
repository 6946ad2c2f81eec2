package dev.tarn.cli.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A file that a command will write, as an option's type: {@code @Option(names = "--out") OutputFile out}. Options of this type
 * are left out of a document's {@code config}, which holds no output paths.
 *
 * @param path where the file will be, as the user gave it
 */
public record OutputFile(Path path) {
    /** The file named {@code text}. */
    public static OutputFile of(String text) {
        try {
            return new OutputFile(Path.of(text));
        } catch (InvalidPathException e) {
            throw new OutputException("'%s' is not a file name: %s".formatted(text, e.getReason()), e);
        }
    }

    /**
     * Makes sure, before long work begins, that the file can be written: its folder exists and takes new files, and nothing but a
     * regular file has its name.
     */
    public void check() {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new OutputException("cannot write %s: %s; choose another name"
                    .formatted(path, Files.isDirectory(path) ? "it is a folder" : "it is not a regular file"));
        }
        OutputFolder.requireWritable(target().toAbsolutePath().getParent(), path);
    }

    /** Begins to write it; see {@link AtomicFile}. */
    public AtomicFile create(Cleanup cleanup) {
        check();
        return new AtomicFile(target(), cleanup);
    }

    /** The file behind a symbolic link, so that the link stays one. */
    private Path target() {
        try {
            return Files.isSymbolicLink(path) && Files.exists(path) ? path.toRealPath() : path;
        } catch (IOException e) {
            throw new OutputException("cannot follow the link %s: %s".formatted(path, e.getMessage()), e);
        }
    }
}
