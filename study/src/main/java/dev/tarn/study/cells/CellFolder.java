package dev.tarn.study.cells;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tarn.study.StudyException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One JSON file for each cell, named by the SHA-256 of its key, which it repeats inside. A file appears whole or not at all; one that
 * cannot be read, or holds another key, is ignored with a warning and written anew.
 */
public final class CellFolder {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Path folder;
    private final Consumer<String> warnings;
    private final Set<Path> ignored = new HashSet<>();

    /**
     * Cells in an existing folder.
     *
     * @param warnings told, in one line and once, of each file that is ignored
     */
    public CellFolder(Path folder, Consumer<String> warnings) {
        this.folder = folder;
        this.warnings = warnings;
    }

    /** The value of a key, or null where the folder has none that can be read. */
    <T> @Nullable T read(String key, Class<T> type) {
        Path file = file(key);
        try {
            JsonNode cell = MAPPER.readTree(Files.readAllBytes(file));
            if (!cell.path("key").asString("").equals(key)) {
                ignore(file, "holds the result of another run");
                return null;
            }
            return MAPPER.treeToValue(cell.get("value"), type);
        } catch (NoSuchFileException _) {
            return null;
        } catch (JacksonException | IllegalArgumentException _) {
            ignore(file, "is torn or no result of this program");
        } catch (IOException e) {
            ignore(file, "cannot be read (" + e.getMessage() + ")");
        }
        return null;
    }

    private void ignore(Path file, String why) {
        if (ignored.add(file)) {
            warnings.accept(file + ": " + why + "; ignored, and computed again");
        }
    }

    /** Keeps a value; the bytes are on the disk before the name is. */
    void write(String key, Object value) {
        ObjectNode cell = MAPPER.createObjectNode();
        cell.put("key", key);
        cell.set("value", MAPPER.valueToTree(value));
        Path file = file(key);
        Path temporary = file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            Files.deleteIfExists(temporary);
            try (FileChannel channel = FileChannel.open(temporary, CREATE_NEW, WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(MAPPER.writeValueAsBytes(cell));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StudyException(
                    file + ": cannot be written (" + e.getMessage() + "); free space or resume from another folder", e);
        }
    }

    private Path file(String key) {
        return folder.resolve(Digest.of(key).substring(0, 32) + ".json");
    }
}
