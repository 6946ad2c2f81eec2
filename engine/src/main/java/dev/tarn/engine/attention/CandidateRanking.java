package dev.tarn.engine.attention;

import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.kv.KvCache;
import java.util.Arrays;

/**
 * The two-level ranking (HISA): a block ranking, over all KV heads, picks the best blocks, the newest always among them, and the
 * lightning indexer scores the tokens of these only. All other tokens are no candidates.
 */
final class CandidateRanking implements Ranking {
    private final Backend backend;
    private final BlockRanking blocks;
    private final Candidates within;
    private final LightningIndexer indexer;
    private final Scratch[] scratch;

    /** What one worker needs. */
    private static final class Scratch {
        float[] scores = new float[0];
        int[] chosen = new int[0];
    }

    CandidateRanking(Backend backend, BlockRanking blocks, Candidates within, LightningIndexer indexer) {
        this.backend = backend;
        this.blocks = blocks;
        this.within = within;
        this.indexer = indexer;
        this.scratch = new Scratch[backend.workers()];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = new Scratch();
        }
    }

    @Override
    public void prepare(LayerInput input, int fromRow) {
        blocks.prepare(input, fromRow);
        indexer.prepare(input, fromRow);
    }

    @Override
    public void summarise(KvCache cache, int layer) {
        blocks.summarise(cache, layer);
    }

    @Override
    public void score(LayerInput input, int row, int group, int worker, float[] scores) {
        int n = input.position(row) + 1;
        int complete = (n - 1) / within.block();
        Scratch own = scratch[worker];
        if (own.scores.length <= complete) {
            own.scores = new float[Math.max(complete + 1, 2 * own.scores.length)];
            own.chosen = new int[own.scores.length];
        }
        blocks.score(input, row, Selection.ALL_HEADS, worker, own.scores);
        int older = chosen(n) - 1;
        backend.selectTop(own.scores, 0, complete, older, own.chosen, 0);
        own.chosen[older] = complete;
        for (int i = 0; i <= older; i++) {
            int from = own.chosen[i] * within.block();
            indexer.scoreRange(input, row, from, Math.min(n, from + within.block()), scores);
        }
        closeGaps(own.chosen, older, scores);
    }

    /** Takes the blocks between those chosen out of the ranking; only when all are scored, because scoring writes neighbours. */
    private void closeGaps(int[] blocksChosen, int last, float[] scores) {
        int end = 0;
        for (int i = 0; i <= last; i++) {
            int from = blocksChosen[i] * within.block();
            Arrays.fill(scores, end, from, Float.NEGATIVE_INFINITY);
            end = from + within.block();
        }
    }

    /** Blocks that n candidates are narrowed to. */
    private int chosen(int n) {
        int all = (n - 1) / within.block() + 1;
        return Math.min(all, Math.max(1, within.count() / within.block()));
    }

    @Override
    public long indexBytes(LayerInput input, int row, int group) {
        int n = input.position(row) + 1;
        long newest = (n - 1) % within.block() + 1L;
        long keys = (chosen(n) - 1L) * within.block() + newest;
        return keys * input.cache().shape().indexBytes() + blocks.indexBytes(input, row, Selection.ALL_HEADS);
    }
}
