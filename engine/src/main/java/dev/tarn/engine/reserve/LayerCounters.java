package dev.tarn.engine.reserve;

/** What a reservation did for one layer, or for all together. */
public final class LayerCounters {
    long hits;
    long misses;
    long fetched;
    long batches;
    long reads;
    long evictions;
    long prefetched;
    long useful;
    long fetchNanos;
    long waitNanos;
    long hiddenNanos;

    LayerCounters() {}

    void add(LayerCounters other) {
        hits += other.hits;
        misses += other.misses;
        fetched += other.fetched;
        batches += other.batches;
        reads += other.reads;
        evictions += other.evictions;
        prefetched += other.prefetched;
        useful += other.useful;
        fetchNanos += other.fetchNanos;
        waitNanos += other.waitNanos;
        hiddenNanos += other.hiddenNanos;
    }

    /** Selected entries (pages, where the policy's unit is one) that were resident. */
    public long hits() {
        return hits;
    }

    /** Those that were not. */
    public long misses() {
        return misses;
    }

    /** Entries read from the slow tier. */
    public long fetched() {
        return fetched;
    }

    /** Waves for which something was fetched. */
    public long batches() {
        return batches;
    }

    /** Reads of neighbours that these took. */
    public long reads() {
        return reads;
    }

    /** Entries (or pages) that made room for others. */
    public long evictions() {
        return evictions;
    }

    /** Of the entries read, those that were not asked for yet: the next wave's, and what a prefetch guessed. */
    public long prefetched() {
        return prefetched;
    }

    /** Of those prefetched, the entries that were asked for afterwards; the others were wasted. */
    public long useful() {
        return useful;
    }

    /** Time during which at least one read was under way. */
    public long fetchNanos() {
        return fetchNanos;
    }

    /** Part of it that attention waited for entries to arrive: of the threads that attend, the one that waited longest. */
    public long waitNanos() {
        return waitNanos;
    }

    /** Part of it that attention did not wait. */
    public long hiddenNanos() {
        return hiddenNanos;
    }

    /** Hits of all accesses; NaN where there were none. */
    public double hitRate() {
        return (double) hits / (hits + misses);
    }

    /** Hidden of all fetch time; NaN where there was none. */
    public double hiddenShare() {
        return (double) hiddenNanos / fetchNanos;
    }
}
