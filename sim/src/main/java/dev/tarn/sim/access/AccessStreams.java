package dev.tarn.sim.access;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns a trace into the streams its pools see, one for each part of the sharing, in ascending order of layer or
 * request. Ids number the units that are touched: by layer, then request, then position.
 *
 * <p>With pages, a batch is the set of pages that hold its counted positions. The page of the own position t arrives
 * after the batch without being counted, like the entry itself: it is the page that is being written.
 */
public final class AccessStreams {
    private final AccessTrace trace;
    private final int page;
    private final BitRanks[] units;
    private final int[] base;

    private AccessStreams(AccessTrace trace, Granularity granularity) {
        this.trace = trace;
        this.page = granularity.page();
        this.units = new BitRanks[trace.lanes().size()];
        this.base = new int[units.length];
        Arrays.setAll(units, lane -> new BitRanks());
        for (int b = 0; b < trace.batches(); b++) {
            markUnits(b);
        }
        for (BitRanks unit : units) {
            unit.seal();
        }
    }

    /** The streams of all parts. */
    public static List<AccessStream> of(AccessTrace trace, Granularity granularity, Sharing sharing) {
        var streams = new AccessStreams(trace, granularity);
        var parts = new TreeMap<Integer, List<Integer>>();
        for (int lane = 0; lane < streams.units.length; lane++) {
            int part = sharing.part(trace.lanes().get(lane));
            parts.computeIfAbsent(part, key -> new ArrayList<>()).add(lane);
        }
        return parts.values().stream().map(streams::stream).toList();
    }

    private void markUnits(int batch) {
        BitRanks lane = units[trace.laneOf(batch)];
        int[] selected = trace.selected();
        int to = trace.to(batch);
        for (int i = trace.from(batch); i < to; i++) {
            lane.add(page == 1 ? selected[i] : selected[i] / page);
        }
        lane.add(trace.position(batch) / page);
    }

    private AccessStream stream(List<Integer> lanes) {
        boolean[] member = new boolean[units.length];
        long universe = 0;
        for (int lane : lanes) {
            member[lane] = true;
            base[lane] = Math.toIntExact(universe);
            universe += units[lane].size();
        }
        int[] places = new int[Math.toIntExact(universe)];
        lanes.forEach(lane -> units[lane].copyTo(places, base[lane]));
        return fill(member, places, new LaneNumbers(trace.lanes(), lanes));
    }

    private AccessStream fill(boolean[] member, int[] places, LaneNumbers numbers) {
        int batches = 0;
        int accesses = 0;
        for (int b = 0; b < trace.batches(); b++) {
            if (member[trace.laneOf(b)]) {
                batches++;
                accesses += trace.to(b) - trace.from(b);
            }
        }
        int[] ids = new int[accesses];
        int[] offsets = new int[batches + 1];
        int[] own = new int[batches];
        int[] lanes = new int[batches];
        float[] scores = trace.scores() == null ? null : new float[accesses];
        int at = 0;
        int next = 0;
        for (int b = 0; b < trace.batches(); b++) {
            if (member[trace.laneOf(b)]) {
                int end = copyBatch(b, ids, scores, at);
                lanes[next] = numbers.of(trace.laneOf(b));
                int ownId = id(trace.laneOf(b), trace.position(b) / page);
                // A page that was just served is the most recent already: its own entry changes nothing.
                own[next] = end > at && ids[end - 1] == ownId ? AccessStream.NO_ENTRY : ownId;
                at = end;
                offsets[++next] = at;
            }
        }
        return new AccessStream(
                places.length,
                at == accesses ? ids : Arrays.copyOf(ids, at),
                offsets,
                own,
                places,
                false,
                new Lanes(lanes, numbers.layers(), numbers.sequences()),
                scores);
    }

    private int copyBatch(int batch, int[] ids, float @Nullable [] scores, int start) {
        int lane = trace.laneOf(batch);
        int[] selected = trace.selected();
        float[] given = trace.scores();
        int at = start;
        int before = -1;
        int to = trace.to(batch);
        for (int i = trace.from(batch); i < to; i++) {
            int unit = page == 1 ? selected[i] : selected[i] / page;
            if (unit != before) {
                if (given != null && scores != null) {
                    scores[at] = given[i];
                }
                ids[at++] = id(lane, unit);
                before = unit;
            } else if (given != null && scores != null) {
                scores[at - 1] = Math.max(scores[at - 1], given[i]);
            }
        }
        return at;
    }

    private int id(int lane, int unit) {
        return base[lane] + units[lane].rank(unit);
    }
}
