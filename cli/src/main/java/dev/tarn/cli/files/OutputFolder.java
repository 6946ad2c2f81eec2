package dev.tarn.cli.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A folder that a command will write files into, as an option's type; like {@link OutputFile} it stays out of {@code config}.
 *
 * @param path where the folder is or will be, as the user gave it
 */
public record OutputFolder(Path path) {
    /** The folder named {@code text}. */
    public static OutputFolder of(String text) {
        try {
            return new OutputFolder(Path.of(text));
        } catch (InvalidPathException e) {
            throw new OutputException("'%s' is not a folder name: %s".formatted(text, e.getReason()), e);
        }
    }

    /** Creates the folder where it is missing and makes sure, before long work begins, that it takes new files. */
    public void prepare() {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new OutputException("cannot create the folder %s: %s; choose another".formatted(path, reason(e)), e);
        }
        requireWritable(path, path);
    }

    /** The file {@code name} in this folder. */
    public OutputFile file(String name) {
        return new OutputFile(path.resolve(name));
    }

    /**
     * Tries a file in {@code folder}: permission bits say nothing about read-only mounts, quotas or the superuser.
     *
     * @param wanted what is to be written, for the message
     */
    static void requireWritable(@Nullable Path folder, Path wanted) {
        if (folder == null || !Files.isDirectory(folder)) {
            throw new OutputException("cannot write %s: the folder %s does not exist; create it or choose another"
                    .formatted(wanted, folder));
        }
        var probe = folder.resolve(".tarn-" + UUID.randomUUID() + ".tmp");
        try {
            Files.createFile(probe);
            Files.delete(probe);
        } catch (IOException e) {
            throw new OutputException(
                    "cannot write %s: the folder %s takes no new files (%s); choose another"
                            .formatted(wanted, folder, reason(e)),
                    e);
        }
    }

    /** Why {@code e} happened, without the path that its message would repeat. */
    static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "a file has that name";
            case NoSuchFileException _ -> "the folder above it is missing or takes no folders";
            case FileSystemException system when system.getReason() != null -> system.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
