package dev.tarn.sim.access;

import dev.tarn.trace.TraceException;
import dev.tarn.trace.TraceReader;
import dev.tarn.trace.TraceRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Reads a trace into an {@link AccessTrace}. Rows of one (request, step, layer) stand together and become one batch;
 * otherwise the order of the rows is the order of the replay, so a trace may interleave its requests. The steps of a
 * request and layer ascend.
 */
public final class TraceLoader {
    private final Map<Lane, Integer> laneNumbers = new HashMap<>();
    private final List<Lane> lanes = new ArrayList<>();
    private final IntList laneOf = new IntList();
    private final IntList steps = new IntList();
    private final IntList positions = new IntList();
    private final IntList own = new IntList();
    private final IntList offsets = new IntList();
    private final IntList selected = new IntList();
    private final List<TraceRow> pending = new ArrayList<>();
    private final Map<Lane, Integer> latestStep = new HashMap<>();

    private final boolean withScores;
    private final FloatList scores = new FloatList();
    private float[] unionScores = new float[0];

    private TraceLoader(boolean withScores) {
        this.withScores = withScores;
    }

    /**
     * Reads all that is left in the reader, but no scores; closing it remains the caller's.
     *
     * @throws TraceException if a row contradicts the schema or the order of the rows; the message names the row
     */
    public static AccessTrace load(TraceReader reader) {
        return load(reader, false);
    }

    /**
     * Reads all that is left in the reader; closing it remains the caller's.
     *
     * @param withScores whether the ranking's scores are wanted
     * @throws TraceException if a row contradicts the schema or the order of the rows, or has no scores though they are wanted; the message names the row
     */
    public static AccessTrace load(TraceReader reader, boolean withScores) {
        var loader = new TraceLoader(withScores);
        for (long row = 0; reader.hasNext(); row++) {
            loader.add(reader.next(), row);
        }
        loader.flush();
        return loader.build(reader);
    }

    private void add(TraceRow row, long number) {
        checkFields(row, number);
        if (!pending.isEmpty() && !sameBatch(pending.getFirst(), row)) {
            flush();
        }
        if (pending.isEmpty()) {
            checkStep(row, number);
        } else {
            checkGroup(row, number);
        }
        pending.add(row);
    }

    private static boolean sameBatch(TraceRow a, TraceRow b) {
        return a.request() == b.request() && a.step() == b.step() && a.layer() == b.layer();
    }

    private void checkFields(TraceRow row, long number) {
        if (withScores && row.scores() == null) {
            throw new TraceException("trace row " + number
                    + " has no scores, which score-priority needs; trace again with --trace-scores");
        }
        if (row.position() < 0 || row.request() < 0 || row.layer() < 0) {
            throw new TraceException("trace row " + number + ": request " + row.request() + ", layer " + row.layer()
                    + ", position " + row.position() + "; none may be negative. Write the trace again");
        }
        int before = -1;
        for (int index : row.indices()) {
            if (index <= before || index > row.position()) {
                throw new TraceException("trace row " + number + ", indices: " + index + " after " + before
                        + " at position " + row.position()
                        + "; indices must ascend, be distinct and lie in 0..position. Write the trace again");
            }
            before = index;
        }
    }

    private void checkStep(TraceRow row, long number) {
        Integer before = latestStep.put(new Lane(row.layer(), row.request()), row.step());
        if (before != null && before >= row.step()) {
            throw new TraceException("trace row " + number + ", step: " + row.step() + " after " + before
                    + " in request " + row.request() + ", layer " + row.layer()
                    + "; sort the rows by (request, step, layer, group)");
        }
    }

    private void checkGroup(TraceRow row, long number) {
        TraceRow first = pending.getFirst();
        if (row.position() != first.position()) {
            throw new TraceException("trace row " + number + ", position: " + row.position() + ", but "
                    + first.position() + " in another group of its step; write the trace again");
        }
        if (row.group() <= pending.getLast().group()) {
            throw new TraceException("trace row " + number + ", group: " + row.group() + " after "
                    + pending.getLast().group() + " in request " + row.request() + ", step " + row.step()
                    + ", layer " + row.layer() + "; a group has one row, groups ascend");
        }
    }

    private void flush() {
        if (pending.isEmpty()) {
            return;
        }
        TraceRow first = pending.getFirst();
        int[] union = pending.size() == 1 ? first.indices() : union(pending);
        int count = union.length;
        boolean ownIn = count > 0 && union[count - 1] == first.position();
        laneOf.add(lane(first));
        steps.add(first.step());
        positions.add(first.position());
        own.add(ownIn ? 1 : 0);
        offsets.add(selected.size());
        selected.addAll(union, ownIn ? count - 1 : count);
        if (withScores) {
            scores.addAll(scores(union), ownIn ? count - 1 : count);
        }
        pending.clear();
    }

    private static int[] union(List<TraceRow> groups) {
        int[] all = groups.stream()
                .flatMapToInt(row -> Arrays.stream(row.indices()))
                .toArray();
        Arrays.sort(all);
        int count = 0;
        for (int i = 0; i < all.length; i++) {
            if (i == 0 || all[i] != all[i - 1]) {
                all[count++] = all[i];
            }
        }
        return Arrays.copyOf(all, count);
    }

    /** Of each position the highest score that a group gave it; good until the next call. */
    private float[] scores(int[] union) {
        if (unionScores.length < union.length) {
            unionScores = new float[2 * union.length];
        }
        Arrays.fill(unionScores, 0, union.length, Float.NEGATIVE_INFINITY);
        for (TraceRow row : pending) {
            float[] given = Objects.requireNonNull(row.scores());
            int at = 0;
            for (int i = 0; i < given.length; i++) {
                while (union[at] < row.indices()[i]) {
                    at++;
                }
                unionScores[at] = Math.max(unionScores[at], given[i]);
            }
        }
        return unionScores;
    }

    private int lane(TraceRow row) {
        return laneNumbers.computeIfAbsent(new Lane(row.layer(), row.request()), lane -> {
            lanes.add(lane);
            return lanes.size() - 1;
        });
    }

    private AccessTrace build(TraceReader reader) {
        offsets.add(selected.size());
        var sorted = List.copyOf(new TreeSet<>(lanes));
        var placeOf = new HashMap<Lane, Integer>();
        sorted.forEach(lane -> placeOf.put(lane, placeOf.size()));
        int[] place = lanes.stream().mapToInt(placeOf::get).toArray();
        int[] ownFlags = own.toArray();
        boolean[] ownSelected = new boolean[ownFlags.length];
        for (int b = 0; b < ownFlags.length; b++) {
            ownSelected[b] = ownFlags[b] == 1;
        }
        return new AccessTrace(
                reader.metadata(),
                sorted,
                Arrays.stream(laneOf.toArray()).map(lane -> place[lane]).toArray(),
                steps.toArray(),
                positions.toArray(),
                ownSelected,
                offsets.toArray(),
                selected.toArray(),
                withScores ? scores.toArray() : null);
    }
}
