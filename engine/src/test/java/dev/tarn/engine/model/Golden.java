package dev.tarn.engine.model;

import dev.tarn.engine.format.SafetensorsFile;
import dev.tarn.engine.format.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** What another program computed, read from a safetensors file under the test resources. */
final class Golden implements AutoCloseable {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final SafetensorsFile file;

    Golden(Path path) {
        file = SafetensorsFile.open(path);
    }

    /** A file or folder under the golden resources. */
    static Path path(String name) {
        return Path.of(System.getProperty("tarn.home"), "engine/src/test/resources/golden")
                .resolve(name);
    }

    float[] floats(String name) {
        TensorView tensor = file.tensor(name);
        float[] values = new float[Math.toIntExact(tensor.elements())];
        MemorySegment.copy(tensor.data(), FLOAT, 0, values, 0, values.length);
        return values;
    }

    int[] ints(String name) {
        TensorView tensor = file.tensor(name);
        int[] values = new int[Math.toIntExact(tensor.elements())];
        MemorySegment.copy(tensor.data(), INT, 0, values, 0, values.length);
        return values;
    }

    @Override
    public void close() {
        file.close();
    }
}
