package dev.tarn.study.cells;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finished parts of a run, each under a key that names all that decides it. They are kept in memory, and in a folder where one is
 * given.
 */
public final class Cells {
    private final Map<String, Object> known = new HashMap<>();
    private final @Nullable CellFolder folder;

    /** Cells that end with the process. */
    public Cells() {
        this.folder = null;
    }

    /** Cells that stay in a folder. */
    public Cells(CellFolder folder) {
        this.folder = folder;
    }

    /** What was kept under a key, or null. */
    public <T> @Nullable T find(String key, Class<T> type) {
        Object value = known.get(key);
        if (value == null && folder != null) {
            value = folder.read(key, type);
            if (value != null) {
                known.put(key, value);
            }
        }
        return type.cast(value);
    }

    /** Keeps a finished part. */
    public void keep(String key, Object value) {
        known.put(key, value);
        if (folder != null) {
            folder.write(key, value);
        }
    }

    /** What was kept under a key, else what {@code work} makes, which is then kept. */
    public <T> T get(String key, Class<T> type, Supplier<T> work) {
        T found = find(key, type);
        if (found == null) {
            found = work.get();
            keep(key, found);
        }
        return found;
    }
}
