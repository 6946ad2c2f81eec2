package dev.tarn.study.meter;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.kv.KvShape;

/** Bytes of index data that a ranking reads to order candidates, for all heads of one layer. */
@FunctionalInterface
public interface IndexReads {
    /** The bytes for candidates 0 .. candidates - 1. */
    long bytes(int candidates);

    /** What a spec's ranking reads in caches of a shape. Recency and chance read nothing; the oracle is for evaluation only. */
    static IndexReads of(AttentionSpec spec, KvShape shape) {
        return spec.needsIndexer() ? candidates -> candidates * shape.indexBytes() : _ -> 0;
    }
}
