package dev.tarn.engine.attention;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.kv.BlockSummaries;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.SummaryKind;

/**
 * Ranks blocks by a summary of their keys: Quest's min and max, ArkVale's cuboid-mean, or the mean key. The newest block needs no
 * score; all before it are complete.
 */
final class BlockRanking implements Ranking {
    private final Backend backend;
    private final AttentionShape shape;
    private final SummaryKind kind;
    private final int block;

    BlockRanking(Backend backend, AttentionShape shape, RankingKind rank, int block) {
        this.backend = backend;
        this.shape = shape;
        this.kind = kind(rank);
        this.block = block;
    }

    private static SummaryKind kind(RankingKind rank) {
        return switch (rank) {
            case QUEST -> SummaryKind.MIN_MAX;
            case CUBOID_MEAN -> SummaryKind.CUBOID_MEAN;
            case MEAN -> SummaryKind.MEAN;
            default -> throw new IllegalArgumentException(rank + " keeps no summaries");
        };
    }

    @Override
    public void prepare(LayerInput input, int fromRow) {
        summaries(input).update(input.layer(), input.position(input.rows()));
    }

    @Override
    public void summarise(KvCache cache, int layer) {
        cache.summaries(kind, block).update(layer, cache.length());
    }

    @Override
    public void score(LayerInput input, int row, int group, int worker, float[] scores) {
        int complete = input.position(row) / block;
        int from = group == Selection.ALL_HEADS ? 0 : group;
        int to = group == Selection.ALL_HEADS ? shape.kvHeads() : group + 1;
        backend.blockScores(shape, summaries(input), input.layer(), input.queries(), row, from, to, complete, scores);
        scores[complete] = 0;
    }

    @Override
    public long indexBytes(LayerInput input, int row, int group) {
        BlockSummaries summaries = summaries(input);
        long blocks = input.position(row) / block;
        return blocks * (group == Selection.ALL_HEADS ? summaries.blockBytes() : summaries.headBytes());
    }

    private BlockSummaries summaries(LayerInput input) {
        return input.cache().summaries(kind, block);
    }
}
