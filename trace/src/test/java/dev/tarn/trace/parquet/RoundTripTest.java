package dev.tarn.trace.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.trace.TraceMetadata;
import dev.tarn.trace.TraceRow;
import dev.tarn.trace.Traces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundTripTest {
    @TempDir
    Path folder;

    @ParameterizedTest(name = "seed {0}, {1} rows, scores {2}")
    @CsvSource({"1, 1, false", "2, 1024, true", "3, 1025, false", "4, 6000, true", "5, 6000, false", "6, 37, true"})
    void read_whatWasWritten_isTheSameInOrder(long seed, int count, boolean withScores) {
        var rows = TraceSamples.random(seed, count, withScores);

        Path file = TraceSamples.write(folder.resolve("t.parquet"), rows, withScores);

        assertThat(TraceSamples.values(TraceSamples.read(file))).isEqualTo(TraceSamples.values(rows));
    }

    /** Batches take 65,536 indices: this row is larger, and the ones after it must not see its buffers. */
    @Test
    void write_rowLargerThanABatch_isKeptWhole() {
        int[] dense = IntStream.range(0, 200_000).toArray();
        float[] scores = new float[dense.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = -i;
        }
        var rows = List.of(
                new TraceRow(0, 0, 5, 0, -1, 1, 0.5f, new int[] {1, 5}, new float[] {2, 3}),
                new TraceRow(0, 1, 199_999, 0, -1, 1, 1, dense, scores),
                new TraceRow(0, 2, 200_000, 0, -1, 1, Float.NaN, new int[] {7}, null),
                new TraceRow(0, 3, 200_001, 0, -1, 1, 1, dense, scores));

        Path file = TraceSamples.write(folder.resolve("t.parquet"), rows, true);

        assertThat(TraceSamples.values(TraceSamples.read(file))).isEqualTo(TraceSamples.values(rows));
    }

    @Test
    void write_severalRowGroups_areReadOnePastTheOther() throws Exception {
        int[] indices = new int[4000];
        Path file = folder.resolve("t.parquet");
        var random = new SplittableRandom(11);
        try (var writer = Traces.create(file, TraceSamples.metadata(Map.of()), true)) {
            for (int step = 0; step < 3000; step++) {
                int offset = step;
                Arrays.setAll(indices, i -> offset + i * 97 + i % 13);
                writer.write(0, step, 1 << 20, 3, -1, 1, 1, indices, indices.length, noise(random, indices.length));
            }
        }

        assertThat(groups(file)).isGreaterThan(1);
        try (var reader = Traces.open(file)) {
            assertThat(reader.rows()).isEqualTo(3000);
            for (int step = 0; step < 3000; step++) {
                TraceRow row = reader.next();
                assertThat(row.step()).isEqualTo(step);
                assertThat(row.indices()[3999]).isEqualTo(step + 3999 * 97 + 3999 % 13);
            }
            assertThat(reader.hasNext()).isFalse();
        }
    }

    private static float[] noise(SplittableRandom random, int count) {
        var noise = new float[count];
        for (int i = 0; i < count; i++) {
            noise[i] = Float.intBitsToFloat(0x3f800000 | random.nextInt(1 << 23));
        }
        return noise;
    }

    private static int groups(Path file) throws Exception {
        try (var parquet = ParquetFileReader.open(new LocalInputFile(file))) {
            return parquet.getRowGroups().size();
        }
    }

    @Test
    void write_arraysReusedAtOnce_keepsWhatTheyHeldAtTheCall() {
        int[] indices = new int[300];
        float[] scores = new float[300];
        Path file = folder.resolve("t.parquet");
        try (var writer = Traces.create(file, TraceSamples.metadata(Map.of()), true)) {
            for (int step = 0; step < 2000; step++) {
                int first = step;
                Arrays.setAll(indices, i -> first + i);
                Arrays.fill(scores, step);
                writer.write(0, step, 5000, 0, -1, 1, 1, indices, 1 + step % 300, scores);
            }
            Arrays.fill(indices, -7);
        }

        var rows = TraceSamples.read(file);

        for (int step = 0; step < 2000; step++) {
            int first = step;
            assertThat(rows.get(step).indices())
                    .isEqualTo(IntStream.range(first, first + 1 + step % 300).toArray());
            assertThat(rows.get(step).scores()).containsOnly(step).hasSize(1 + step % 300);
        }
    }

    @Test
    void write_scoresGivenButNotAskedFor_leavesThemOut() {
        var row = new TraceRow(0, 0, 9, 0, -1, 1, 1, new int[] {2}, new float[] {4});

        Path file = TraceSamples.write(folder.resolve("t.parquet"), List.of(row), false);

        assertThat(TraceSamples.read(file).getFirst().scores()).isNull();
    }

    @ParameterizedTest(name = "scores {0}")
    @CsvSource({"true", "false"})
    void close_withoutRows_givesAValidEmptyTrace(boolean withScores) throws Exception {
        Path file = TraceSamples.write(folder.resolve("t.parquet"), List.of(), withScores);

        try (var reader = Traces.open(file)) {
            assertThat(reader.rows()).isZero();
            assertThat(reader.hasNext()).isFalse();
            assertThat(reader.metadata()).isEqualTo(TraceSamples.metadata(Map.of()));
        }
        assertThat(TraceSamples.names(folder)).containsExactly("t.parquet");
    }

    @Test
    void metadata_withFurtherKeys_comesBackWithThoseAlone() {
        var metadata = new TraceMetadata(
                "9.9",
                "a model, ü",
                "rank=lightning,unit=token",
                1 << 15,
                128,
                1L << 40,
                256,
                1,
                "ab",
                Map.of("seed", "7", "x.y", ""));
        Path file = folder.resolve("t.parquet");

        Traces.create(file, metadata, false).close();

        try (var reader = Traces.open(file)) {
            assertThat(reader.metadata()).isEqualTo(metadata);
        }
    }

    @Test
    void write_sameRowsTwice_givesTheSameBytes() throws Exception {
        var rows = TraceSamples.random(8, 3000, true);

        Path one = TraceSamples.write(folder.resolve("one.parquet"), rows, true);
        Path two = TraceSamples.write(folder.resolve("two.parquet"), rows, true);

        assertThat(Files.mismatch(one, two)).isEqualTo(-1);
    }
}
