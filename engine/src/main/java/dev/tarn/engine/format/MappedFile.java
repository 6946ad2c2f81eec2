package dev.tarn.engine.format;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;

/** A file mapped read-only as one segment; {@link #close()} unmaps it. */
record MappedFile(Path path, MemorySegment bytes, Arena arena) implements AutoCloseable {
    /** Maps the file, lets {@code parse} make something of it, and unmaps it again if that fails. */
    static <T> T open(Path path, Function<MappedFile, T> parse) {
        var file = map(path);
        try {
            return parse.apply(file);
        } catch (RuntimeException | Error failure) {
            file.close();
            throw failure;
        }
    }

    private static MappedFile map(Path path) {
        if (Files.isDirectory(path)) {
            throw new EngineException(path + ": is a folder, expected a file");
        }
        var arena = Arena.ofShared();
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new MappedFile(path, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena), arena);
        } catch (NoSuchFileException missing) {
            arena.close();
            throw new EngineException(path + ": no such file", missing);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException failure) {
            arena.close();
            throw new EngineException(path + ": cannot be read: " + failure.getMessage(), failure);
        }
    }

    long size() {
        return bytes.byteSize();
    }

    /** An error in this file at a byte offset. */
    EngineException error(long offset, String what) {
        return new EngineException(path + ": at byte " + offset + ": " + what);
    }

    @Override
    public void close() {
        arena.close();
    }
}
