package dev.tarn.sim.replay;

import dev.tarn.sim.access.AccessStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The counting rule and OPT's definition written down as plainly as they read. */
final class BruteForce {
    private BruteForce() {}

    static List<Integer> batch(AccessStream stream, int batch) {
        var ids = new ArrayList<Integer>();
        for (int i = stream.offsets()[batch]; i < stream.offsets()[batch + 1]; i++) {
            ids.add(stream.ids()[i]);
        }
        return ids;
    }

    /** LRU as a stack of unlimited depth, most recent first, of which the first {@code capacity} are resident. */
    static long lruHits(AccessStream stream, int capacity) {
        var stack = new ArrayDeque<Integer>();
        long hits = 0;
        for (int b = 0; b < stream.batches(); b++) {
            Set<Integer> resident = new TreeSet<>(stack.stream().limit(capacity).toList());
            var batch = batch(stream, b);
            hits += batch.stream().filter(resident::contains).count();
            if (stream.own()[b] != AccessStream.NO_ENTRY) {
                batch.add(stream.own()[b]);
            }
            for (Integer id : batch) {
                stack.remove(id);
                stack.addFirst(id);
            }
        }
        return hits;
    }

    /** The most hits over all ways to keep at most {@code capacity} entries after each batch; few ids only. */
    static long optHits(AccessStream stream, int capacity) {
        int sets = 1 << stream.universe();
        long[] best = new long[sets];
        Arrays.fill(best, Long.MIN_VALUE);
        best[0] = 0;
        for (int b = 0; b < stream.batches(); b++) {
            int batch = batch(stream, b).stream().mapToInt(id -> 1 << id).sum();
            int own = stream.own()[b] == AccessStream.NO_ENTRY ? 0 : 1 << stream.own()[b];
            long[] after = new long[sets];
            Arrays.fill(after, Long.MIN_VALUE);
            for (int set = 0; set < sets; set++) {
                if (best[set] != Long.MIN_VALUE) {
                    long hits = best[set] + Integer.bitCount(set & batch);
                    int choice = set | batch | own;
                    int must = stream.oneByOne() ? batch : 0;
                    for (int kept = choice; ; kept = (kept - 1) & choice) {
                        if (Integer.bitCount(kept) <= capacity && (kept & must) == must) {
                            after[kept] = Math.max(after[kept], hits);
                        }
                        if (kept == 0) {
                            break;
                        }
                    }
                }
            }
            best = after;
        }
        return Arrays.stream(best).max().orElseThrow();
    }
}
