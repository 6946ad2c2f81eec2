package dev.tarn.engine.attention;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.Backend;
import org.jspecify.annotations.Nullable;

/** Makes the ranking that a spec asks for. */
final class Rankings {
    private Rankings() {}

    /**
     * The ranking, or null where everything is taken.
     *
     * @throws EngineException where it needs an indexer and there is none
     */
    static @Nullable Ranking of(
            Backend backend, AttentionShape shape, AttentionSpec spec, @Nullable LightningIndexer indexer) {
        int block = spec.block();
        return switch (spec.rank()) {
            case NONE -> null;
            case RECENCY -> new RecencyRanking(block);
            case RANDOM -> new RandomRanking(spec.seed(), block);
            case QUEST, CUBOID_MEAN, MEAN -> new BlockRanking(backend, shape, spec.rank(), block);
            case ORACLE -> pooled(new OracleRanking(backend, shape), block, true, backend);
            case LIGHTNING -> lightning(backend, shape, spec, required(spec, indexer));
        };
    }

    private static Ranking lightning(
            Backend backend, AttentionShape shape, AttentionSpec spec, LightningIndexer indexer) {
        Candidates within = spec.within();
        if (within == null) {
            return pooled(indexer, spec.block(), false, backend);
        }
        BlockRanking blocks = new BlockRanking(backend, shape, within.rank(), within.block());
        return new CandidateRanking(backend, blocks, within, indexer);
    }

    private static Ranking pooled(Ranking tokens, int block, boolean sum, Backend backend) {
        return block == 1 ? tokens : new PooledRanking(tokens, block, sum, backend.workers());
    }

    private static LightningIndexer required(AttentionSpec spec, @Nullable LightningIndexer indexer) {
        if (indexer == null) {
            throw new EngineException("attention '" + spec + "' needs a lightning indexer and the model has none:"
                    + " put <model>.indexer.safetensors beside it or give --indexer FILE");
        }
        return indexer;
    }
}
