package dev.tarn.engine.kv;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What a {@link KvSpan} holds.
 *
 * @param first the position of its first token; a multiple of {@link KvCache#BLOCK}, as {@code tokens} is
 * @param tokens how many follow one another
 * @param indexed the layers that have index keys
 * @param summaries of which kinds it holds the summaries of blocks that end in it
 */
public record SpanForm(int first, int tokens, BitSet indexed, List<Summaries> summaries) {
    /**
     * Summaries of one kind.
     *
     * @param layers those that have them
     */
    public record Summaries(SummaryKind kind, int block, BitSet layers) {
        /** Checks the range. */
        public Summaries {
            if (block < 1) {
                throw new IllegalArgumentException("a block of " + block + " tokens cannot be");
            }
        }
    }

    /** Checks the ranges. */
    public SpanForm {
        if (first < 0 || tokens < 1 || first % KvCache.BLOCK != 0 || tokens % KvCache.BLOCK != 0) {
            throw new IllegalArgumentException(tokens + " tokens from " + first + " on are no whole pages");
        }
        summaries = List.copyOf(summaries);
    }

    /** Blocks of so many tokens that end in the span. */
    int blocks(int block) {
        return (first + tokens) / block - first / block;
    }

    /** Bytes of one layer's summaries of a kind. */
    long layerBytes(Summaries of, KvShape shape) {
        return blocks(of.block()) * BlockSummaries.headBytes(of.kind(), shape) * shape.kvHeads();
    }

    /** Bytes of each part of such a span: layer after layer the pages of entries, then those of index keys; then each kind of summaries. */
    public List<Long> sizes(KvShape shape) {
        List<Long> sizes = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            for (int page = 0; page < pages(); page++) {
                sizes.add(shape.entryBytes() * KvCache.BLOCK);
            }
            for (int page = 0; page < pages() && indexed.get(layer); page++) {
                sizes.add(shape.indexBytes() * KvCache.BLOCK);
            }
        }
        for (Summaries of : summaries) {
            sizes.add(of.layers().cardinality() * layerBytes(of, shape));
        }
        return sizes;
    }

    /** Pages of one layer's entries. */
    int pages() {
        return tokens / KvCache.BLOCK;
    }
}
