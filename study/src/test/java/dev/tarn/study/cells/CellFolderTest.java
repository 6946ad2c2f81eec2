package dev.tarn.study.cells;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellFolderTest {
    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();

    private record Value(String name, double[] numbers, double none) {}

    private Cells cells() {
        return new Cells(new CellFolder(folder, warnings::add));
    }

    private Path only() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.getFirst();
        }
    }

    @Test
    void value_readBack_isBitForBitTheSame() {
        double[] numbers = {0.1, 1.0 / 3, Double.MIN_VALUE, -1e300, 0};
        cells().keep("a key", new Value("n", numbers, Double.NaN));
        Value found = Objects.requireNonNull(cells().find("a key", Value.class));
        assertThat(found.numbers).containsExactly(numbers);
        assertThat(found.none).isNaN();
        assertThat(cells().find("another key", Value.class)).isNull();
        assertThat(warnings).isEmpty();
    }

    @Test
    void tornAndForeignFiles_areIgnoredWithAWarningAndWrittenAnew() throws IOException {
        cells().keep("a key", new Value("n", new double[] {1}, 2));
        Path file = only();
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            warnings.clear();
            assertThat(cells().find("a key", Value.class)).isNull();
            assertThat(warnings).hasSize(1).first().asString().contains(file.toString(), "ignored");
        }
        Files.writeString(file, "{\"key\": \"another\", \"value\": {}}");
        warnings.clear();
        Value made = cells().get("a key", Value.class, () -> new Value("new", new double[0], 0));
        assertThat(made.name).isEqualTo("new");
        assertThat(warnings).singleElement().asString().contains("another run");
        assertThat(Objects.requireNonNull(cells().find("a key", Value.class)).name)
                .isEqualTo("new");
        only();
    }
}
