package dev.tarn.engine.format;

import dev.tarn.engine.EngineException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Named tensors of one model, mapped from one or several files. Safe for use by several threads until closed. */
public interface TensorFile extends AutoCloseable {
    /** The file that was opened: the first part or the index where there are several. */
    Path path();

    /** Names of all tensors in the file's order. */
    List<String> names();

    /** The tensor of this name, or null if there is none. */
    @Nullable
    TensorView find(String name);

    /**
     * The tensor of this name.
     *
     * @throws EngineException naming file and tensor if there is none
     */
    default TensorView tensor(String name) {
        var view = find(name);
        if (view == null) {
            throw new EngineException(path() + ": has no tensor " + name + " (it holds " + names().size()
                    + " tensors); is this the right architecture, and is the file complete?");
        }
        return view;
    }

    /** Unmaps the files; views must not be used afterwards. */
    @Override
    void close();
}
