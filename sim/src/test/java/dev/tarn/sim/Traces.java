package dev.tarn.sim;

import dev.tarn.sim.access.AccessTrace;
import dev.tarn.sim.access.TraceLoader;
import dev.tarn.trace.TraceMetadata;
import dev.tarn.trace.TraceReader;
import dev.tarn.trace.TraceRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Traces made by hand or drawn from a seed, read through the interface that files are read through. */
public final class Traces {
    private Traces() {}

    public static TraceRow row(int request, int step, int position, int layer, int... indices) {
        return group(request, step, position, layer, TraceRow.ALL_HEADS, indices);
    }

    public static TraceRow group(int request, int step, int position, int layer, int group, int... indices) {
        return new TraceRow(request, step, position, layer, group, 1, Float.NaN, indices, null);
    }

    public static AccessTrace load(int k, TraceRow... rows) {
        return load(k, Arrays.asList(rows));
    }

    public static AccessTrace load(int k, List<TraceRow> rows) {
        try (TraceReader reader = reader(k, rows)) {
            return TraceLoader.load(reader);
        }
    }

    /** Requests one after the other, contexts that grow, selections that half persist; own positions in about half of them. */
    public static List<TraceRow> random(long seed, int requests, int steps, int layers, int prompt, int k) {
        var random = new SplittableRandom(seed);
        var rows = new ArrayList<TraceRow>();
        for (int request = 0; request < requests; request++) {
            var selections = new ArrayList<TreeSet<Integer>>();
            for (int layer = 0; layer < layers; layer++) {
                selections.add(new TreeSet<>());
            }
            for (int step = 0; step < steps; step++) {
                int position = prompt + step;
                for (int layer = 0; layer < layers; layer++) {
                    var selection = selections.get(layer);
                    selection.removeIf(index -> random.nextBoolean());
                    while (selection.size() < Math.min(k, position + 1)) {
                        selection.add(random.nextInt(10) == 0 ? position : random.nextInt(position + 1));
                    }
                    int[] indices =
                            selection.stream().mapToInt(Integer::intValue).toArray();
                    rows.add(row(request, step, position, layer, indices));
                }
            }
        }
        return rows;
    }

    public static TraceReader reader(int k, List<TraceRow> rows) {
        Iterator<TraceRow> iterator = rows.iterator();
        var metadata = new TraceMetadata("test", "made", "made", 0, 1, 256, k, 1, "", Map.of());
        return new TraceReader() {
            @Override
            public TraceMetadata metadata() {
                return metadata;
            }

            @Override
            public long rows() {
                return rows.size();
            }

            @Override
            public boolean hasNext() {
                return iterator.hasNext();
            }

            @Override
            public TraceRow next() {
                return iterator.next();
            }

            @Override
            public void close() {}
        };
    }
}
