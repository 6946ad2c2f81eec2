package dev.tarn.trace.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.trace.TraceException;
import dev.tarn.trace.TraceRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files cut off or with flipped bits: a one-line TraceException, never another exception, never other rows. */
class DamageTest {
    @TempDir
    Path folder;

    private final List<TraceRow> rows = TraceSamples.random(9, 200, true);
    private byte[] whole;
    private Path damaged;

    @BeforeEach
    void write() throws IOException {
        whole = Files.readAllBytes(TraceSamples.write(folder.resolve("t.parquet"), rows, true));
        damaged = folder.resolve("damaged.parquet");
    }

    private void assertRefused() {
        assertThatThrownBy(() -> TraceSamples.read(damaged))
                .isInstanceOf(TraceException.class)
                .hasMessageStartingWith(damaged + ": ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void open_cutOffAnywhere_isRefused() throws IOException {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 100; i++) {
            int length = i < 16 ? i : i < 32 ? whole.length - (i - 15) : random.nextInt(whole.length);
            Files.write(damaged, Arrays.copyOf(whole, length));
            assertRefused();
        }
    }

    @Test
    void open_cutOffAtTheEnd_saysWhereItEnds() throws IOException {
        Files.write(damaged, Arrays.copyOf(whole, whole.length - 2));

        assertThatThrownBy(() -> TraceSamples.read(damaged))
                .hasMessageStartingWith(damaged + ": truncated: ends with ")
                .hasMessageContaining(" at byte " + (whole.length - 2) + " ");
    }

    /** The indices' only page fills its column but for a header of less than 100 bytes; its checksum must catch every flip. */
    @Test
    void next_bitFlippedInPageContents_isRefused() throws IOException {
        long begin;
        long size;
        try (var parquet = ParquetFileReader.open(new LocalInputFile(folder.resolve("t.parquet")))) {
            var column = parquet.getRowGroups().getFirst().getColumns().get(7);
            assertThat(column.getPath().toDotString()).isEqualTo("indices.list.element");
            begin = column.getStartingPos() + 100;
            size = column.getTotalSize() - 100;
        }
        var random = new SplittableRandom(2);
        for (int i = 0; i < 100; i++) {
            flip((int) (begin + random.nextLong(size)), random.nextInt(8));
            assertThatThrownBy(() -> TraceSamples.read(damaged))
                    .isInstanceOf(TraceException.class)
                    .hasMessage(damaged
                            + ": row 0: damaged: could not verify page integrity, CRC checksum verification failed");
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {3, 4, 5})
    void read_bitFlippedAnywhere_givesTheSameRowsOrIsRefused(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            // The footer, where the parser meets most, is the file's smaller part: half of the flips go there.
            int from = i % 2 == 0 ? 0 : whole.length - 2500;
            flip(random.nextInt(from, whole.length), random.nextInt(8));
            try {
                assertThat(TraceSamples.values(TraceSamples.read(damaged))).isEqualTo(TraceSamples.values(rows));
            } catch (TraceException e) {
                assertThat(e).hasMessageStartingWith(damaged + ": ").hasMessageNotContaining("\n");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(150);
    }

    private void flip(int at, int bit) throws IOException {
        byte[] bytes = whole.clone();
        bytes[at] ^= (byte) (1 << bit);
        Files.write(damaged, bytes);
    }
}
