package dev.tarn.cli.failure;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Words for input and output errors that no module gave better words to; the JDK's messages are often just a path. */
final class IoFailure {
    private IoFailure() {}

    static String describe(IOException io) {
        return switch (io) {
            case NoSuchFileException missing -> missing.getFile() + " does not exist; check the path";
            case AccessDeniedException denied -> denied.getFile() + ": permission denied; check its owner and mode";
            case FileAlreadyExistsException there -> there.getFile() + " already exists; choose another name";
            case NotDirectoryException file -> file.getFile() + " is not a folder; choose another path";
            case DirectoryNotEmptyException full -> full.getFile() + " is not empty; choose another folder";
            case FileSystemException other when other.getReason() != null -> other.getFile() + ": " + other.getReason();
            default ->
                "input or output failed: "
                        + (io.getMessage() == null ? io.getClass().getSimpleName() : io.getMessage());
        };
    }
}
