package dev.tarn.trace.parquet;

import dev.tarn.trace.TraceMetadata;
import dev.tarn.trace.TraceRow;
import dev.tarn.trace.TraceWriter;
import dev.tarn.trace.Traces;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Traces that tests write and compare. */
final class TraceSamples {
    static final int LAYERS = 12;
    static final int KV_HEADS = 4;

    private TraceSamples() {}

    static TraceMetadata metadata(Map<String, String> more) {
        return new TraceMetadata("0.1.0", "tiny", "psa:eps=0.95", LAYERS, KV_HEADS, 1024, 0, 16, "0f".repeat(32), more);
    }

    /** Seeded rows of all kinds: empty, dense and sparse selections, any group, null mass, steps up to the largest. */
    static List<TraceRow> random(long seed, int rows, boolean withScores) {
        var random = new SplittableRandom(seed);
        var made = new ArrayList<TraceRow>();
        for (int i = 0; i < rows; i++) {
            int step = random.nextInt(20) == 0 ? Integer.MAX_VALUE - i : i;
            int position = random.nextInt(20) == 0 ? Integer.MAX_VALUE : random.nextInt(3000);
            int[] indices = indices(random, position);
            made.add(new TraceRow(
                    random.nextInt(3),
                    step,
                    position,
                    random.nextInt(LAYERS),
                    random.nextInt(-1, KV_HEADS),
                    random.nextInt(10) == 0 ? Short.MAX_VALUE : random.nextInt(9),
                    random.nextInt(4) == 0 ? Float.NaN : (float) random.nextDouble(),
                    indices,
                    withScores && random.nextInt(5) > 0 ? scores(random, indices.length) : null));
        }
        return made;
    }

    private static int[] indices(SplittableRandom random, int position) {
        int most = (int) Math.min(position + 1L, 400);
        int end = position == Integer.MAX_VALUE ? position : position + 1;
        return switch (random.nextInt(5)) {
            case 0 -> new int[0];
            case 1 -> random.ints(1, 0, end).toArray();
            case 2 -> IntStream.range(0, most).toArray();
            default ->
                random.ints(random.nextInt(most), 0, end).distinct().sorted().toArray();
        };
    }

    private static float[] scores(SplittableRandom random, int count) {
        var scores = new float[count];
        for (int i = 0; i < count; i++) {
            scores[i] = (float) random.nextGaussian();
        }
        return scores;
    }

    static void write(TraceWriter writer, TraceRow row) {
        writer.write(
                row.request(),
                row.step(),
                row.position(),
                row.layer(),
                row.group(),
                row.budgetWaves(),
                row.mass(),
                row.indices(),
                row.indices().length,
                row.scores());
    }

    static Path write(Path file, List<TraceRow> rows, boolean withScores) {
        try (var writer = Traces.create(file, metadata(Map.of()), withScores)) {
            rows.forEach(row -> write(writer, row));
        }
        return file;
    }

    static List<TraceRow> read(Path file) {
        var rows = new ArrayList<TraceRow>();
        try (var reader = Traces.open(file)) {
            reader.forEachRemaining(rows::add);
        }
        return rows;
    }

    /** Rows in a form that equals compares by value. */
    static List<List<?>> values(List<TraceRow> rows) {
        return rows.stream().<List<?>>map(TraceSamples::values).toList();
    }

    private static List<?> values(TraceRow row) {
        return Arrays.asList(
                List.of(row.request(), row.step(), row.position(), row.layer(), row.group(), row.budgetWaves()),
                row.mass(),
                IntBuffer.wrap(row.indices()),
                row.scores() == null ? null : FloatBuffer.wrap(row.scores()));
    }

    static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
