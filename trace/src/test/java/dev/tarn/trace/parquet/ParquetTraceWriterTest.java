package dev.tarn.trace.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.trace.TraceException;
import dev.tarn.trace.TraceRow;
import dev.tarn.trace.Traces;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ParquetTraceWriterTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("t.parquet");
    }

    private ParquetTraceWriter create() {
        return ParquetTraceWriter.create(file, TraceSamples.metadata(Map.of()), true);
    }

    @Test
    void create_nothingWrittenYet_leavesTheFinalNameAlone() throws IOException {
        Files.writeString(file, "older");

        var writer = create();
        assertThat(Files.readString(file)).isEqualTo("older");
        writer.close();

        assertThat(TraceSamples.read(file)).isEmpty();
        assertThat(TraceSamples.names(folder)).containsExactly("t.parquet");
    }

    @Test
    void create_folderOrMissingFolderOrFileAsFolder_failsInOneLine() throws IOException {
        Files.writeString(folder.resolve("plain"), "");
        for (Path bad : List.of(folder, folder.resolve("none/t.parquet"), folder.resolve("plain/t.parquet"))) {
            assertThatThrownBy(() -> Traces.create(bad, TraceSamples.metadata(Map.of()), false))
                    .isInstanceOf(TraceException.class)
                    .hasMessageStartingWith(bad + ": cannot create the trace: ")
                    .hasMessageNotContaining("\n");
        }
        assertThat(TraceSamples.names(folder)).containsExactly("plain");
    }

    @Test
    void create_fileCannotBeOpened_saysWhy() throws IOException {
        var part = new PartFile(file) {
            @Override
            OutputStream openPart() throws IOException {
                throw new AccessDeniedException(file.toString());
            }
        };
        assertThatThrownBy(() -> ParquetTraceWriter.create(part, file, TraceSamples.metadata(Map.of()), false))
                .isInstanceOf(TraceException.class)
                .hasMessage(file + ": cannot create the trace: permission denied");
        assertThat(TraceSamples.names(folder)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"layers", "tarn.version", "prompt_sha256", "parquet.proto", "ARROW:schema", "pandas"})
    void create_furtherKeyThatIsReserved_isRefused(String key) throws IOException {
        assertThatThrownBy(() -> Traces.create(file, TraceSamples.metadata(Map.of(key, "1")), false))
                .isInstanceOf(TraceException.class)
                .hasMessage(file + ": further metadata key '" + key + "' is reserved; choose another name");
        assertThat(TraceSamples.names(folder)).isEmpty();
    }

    @ParameterizedTest(name = "{8}")
    @CsvSource(delimiter = '|', textBlock = """
            -1 | 0 | 9 | 0  | -1 | 1     | 2   | 3   | request is -1, outside 0..2147483647
            0 | -2 | 9 | 0  | -1 | 1     | 2   | 3   | step is -2, outside 0..2147483647
            0 | 0 | -3 | 0  | -1 | 1     | 2   | 3   | position is -3, outside 0..2147483647
            0 | 0 | 9  | 12 | -1 | 1     | 2   | 3   | layer is 12, outside 0..11
            0 | 0 | 9  | 0  | 4  | 1     | 2   | 3   | group is 4, outside -1..3
            0 | 0 | 9  | 0  | -1 | 32768 | 2   | 3   | budget_waves is 32768, outside 0..32767
            0 | 0 | 9  | 0  | -1 | 1     | 3   | 3   | index 3 at place 1 follows 3; indices must ascend
            0 | 0 | 9  | 0  | -1 | 1     | 4   | 3   | index 3 at place 1 follows 4; indices must ascend
            0 | 0 | 9  | 0  | -1 | 1     | 4   | 10  | index 10 at place 1 lies outside 0..9, its position
            0 | 0 | 9  | 0  | -1 | 1     | -1  | 3   | index -1 at place 0 lies outside 0..9, its position
            """)
    void write_rowThatBreaksTheRules_isRefusedAndLeavesNoFile(
            int request, int step, int position, int layer, int group, int waves, int first, int second, String what)
            throws IOException {
        var writer = create();
        TraceSamples.write(writer, new TraceRow(0, 0, 9, 0, -1, 1, 1, new int[] {2}, null));

        assertThatThrownBy(() -> writer.write(
                        request, step, position, layer, group, waves, 1, new int[] {first, second}, 2, null))
                .isInstanceOf(TraceException.class)
                .hasMessage(file + ": row 1: " + what);

        assertThatThrownBy(writer::close).isInstanceOf(TraceException.class).hasMessage(file + ": row 1: " + what);
        assertThat(TraceSamples.names(folder)).isEmpty();
    }

    @Test
    void write_fewerPlacesOrScoresThanCount_isRefused() {
        assertThatThrownBy(() -> create().write(0, 0, 9, 0, -1, 1, 1, new int[] {1}, 2, null))
                .hasMessage(file + ": row 0: the number of indices is 2, outside 0..1");
        assertThatThrownBy(() -> create().write(0, 0, 9, 0, -1, 1, 1, new int[] {1, 2}, 2, new float[1]))
                .hasMessage(file + ": row 0: has 1 scores for 2 indices");
    }

    @Test
    void abort_afterManyRows_leavesNothingAndMakesCloseIdle() throws IOException {
        var writer = create();
        TraceSamples.random(1, 5000, true).forEach(row -> TraceSamples.write(writer, row));

        writer.abort();

        assertThat(TraceSamples.names(folder)).isEmpty();
        assertThatCode(writer::close).doesNotThrowAnyException();
        assertThatCode(writer::abort).doesNotThrowAnyException();
        assertThat(TraceSamples.names(folder)).isEmpty();
    }

    @Test
    void write_afterClose_isRefused() {
        var writer = create();
        writer.close();
        writer.close();

        assertThatThrownBy(() -> TraceSamples.write(writer, new TraceRow(0, 0, 0, 0, -1, 1, 1, new int[0], null)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(file + ": the trace is already closed");
    }

    @Test
    void close_folderGone_failsAndNamesTheFile() throws IOException {
        file = Files.createDirectory(folder.resolve("lake")).resolve("t.parquet");
        var writer = create();
        TraceSamples.write(writer, new TraceRow(0, 0, 9, 0, -1, 1, 1, new int[] {2}, null));
        for (String name : TraceSamples.names(file.getParent())) {
            Files.delete(file.resolveSibling(name));
        }
        Files.delete(file.getParent());

        assertThatThrownBy(writer::close)
                .isInstanceOf(TraceException.class)
                .hasMessage(file + ": cannot give the trace its name: no such file or folder");
    }

    /** A disk with room for so many bytes: the failure meets the head, a row group in the middle, or the footer. */
    @ParameterizedTest(name = "room for {0} bytes")
    @ValueSource(ints = {0, 100, 70_000, 1_000_000})
    void write_diskFull_surfacesWithFileNameAndLeavesNothing(int room) throws IOException {
        var full = ParquetTraceWriter.create(new SmallDisk(file, room), file, TraceSamples.metadata(Map.of()), true);

        assertThatThrownBy(() -> {
                    writeMuch(full);
                    full.close();
                })
                .isInstanceOf(TraceException.class)
                .hasMessage(file + ": cannot write the trace: No space left on device");
        assertThat(TraceSamples.names(folder)).isEmpty();
        assertThatThrownBy(full::close).isInstanceOf(TraceException.class);
    }

    /** A caller that writes on and on must get the failure from write, not wait for a batch that nobody frees. */
    @Test
    void write_backgroundFailedLongAgo_failsInWrite() throws IOException {
        var full = ParquetTraceWriter.create(new SmallDisk(file, 0), file, TraceSamples.metadata(Map.of()), true);

        assertThatThrownBy(() -> {
                    while (true) {
                        writeMuch(full);
                    }
                })
                .isInstanceOf(TraceException.class)
                .hasMessage(file + ": cannot write the trace: No space left on device");
        assertThat(TraceSamples.names(folder)).isEmpty();
    }

    /** About 16 MB of numbers that do not compress. */
    private static void writeMuch(ParquetTraceWriter writer) {
        var random = new SplittableRandom(4);
        int[] indices = new int[4096];
        float[] scores = new float[4096];
        for (int step = 0; step < 500; step++) {
            for (int i = 0; i < indices.length; i++) {
                indices[i] = i * 4096 + random.nextInt(4096);
                scores[i] = Float.intBitsToFloat(random.nextInt(0x7f000000));
            }
            writer.write(0, step, 1 << 24, 0, -1, 1, 1, indices, indices.length, scores);
        }
    }

    private static final class SmallDisk extends PartFile {
        private final int room;

        SmallDisk(Path target, int room) {
            super(target);
            this.room = room;
        }

        @Override
        OutputStream openPart() throws IOException {
            return new FilterOutputStream(super.openPart()) {
                private long written;

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    written += length;
                    if (written > room) {
                        throw new IOException("No space left on device");
                    }
                    out.write(bytes, offset, length);
                }
            };
        }
    }
}
