package dev.tarn.sim.replay;

import dev.tarn.sim.access.AccessStream;

/** What LRU hits in one pool at every capacity, from one pass over its stream. Exact. */
public final class LruCurve {
    /** {@code hits[c]} at a capacity of c units; longer capacities hit no more. */
    private final long[] hits;

    private final long accesses;

    private LruCurve(long[] distances, long accesses) {
        for (int c = 1; c < distances.length; c++) {
            distances[c] += distances[c - 1];
        }
        this.hits = distances;
        this.accesses = accesses;
    }

    /** Counts each access by itself. */
    public static LruCurve of(AccessStream stream) {
        long[] histogram = new long[stream.universe() + 1];
        StackDistances.run(stream, (batch, distances, count) -> {
            for (int j = 0; j < count; j++) {
                if (distances[j] != StackDistances.COLD) {
                    histogram[distances[j]]++;
                }
            }
        });
        return new LruCurve(histogram, stream.accesses());
    }

    /**
     * Counts the reads that fetch a batch's misses when tokens of one page are fetched together (Levy): a page of a batch is a hit only at
     * capacities at which all its selected tokens are. Residency stays by the token.
     *
     * @param stream a stream of tokens
     * @param page tokens of a page
     */
    public static LruCurve ofMergedReads(AccessStream stream, int page) {
        long[] histogram = new long[stream.universe() + 1];
        long[] reads = new long[1];
        StackDistances.run(stream, (batch, distances, count) -> {
            int from = stream.offsets()[batch];
            int j = 0;
            while (j < count) {
                int current = stream.places()[stream.ids()[from + j]] / page;
                int farthest = distances[j++];
                while (j < count && stream.places()[stream.ids()[from + j]] / page == current) {
                    farthest = Math.max(farthest, distances[j++]);
                }
                reads[0]++;
                if (farthest != StackDistances.COLD) {
                    histogram[farthest]++;
                }
            }
        });
        return new LruCurve(histogram, reads[0]);
    }

    /** What was counted: hits and misses together. */
    public long accesses() {
        return accesses;
    }

    /** The hits of a pool of so many units. */
    public long hits(long capacity) {
        return hits[(int) Math.min(capacity, hits.length - 1)];
    }
}
