package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.kv.KvCache;
import java.lang.foreign.MemorySegment;

/** Lightning indexer scores of one query over all tokens of a cache, straight from the stored blocks of index keys. */
final class IndexScorer {
    private static final int BLOCKS_PER_TASK = 8;

    private final Workers workers;
    private final Job[] jobs;

    IndexScorer(Kernels kernels, Workers workers) {
        this.workers = workers;
        float[][] tails = new float[workers.threads()][KvCache.BLOCK];
        jobs = new Job[workers.threads()];
        for (int i = 0; i < jobs.length; i++) {
            jobs[i] = new Job(kernels.cache(), tails);
        }
    }

    /**
     * Writes the scores of positions from..to-1, and of those before them in the same block, for row {@code row} of the index queries
     * and head weights.
     */
    void run(KvCache cache, int layer, HostTensor q, HostTensor w, int row, int from, int to, float[] out) {
        Job job = jobs[workers.current()];
        job.cache = cache;
        job.blocks = cache.indexBlocks(layer);
        job.q = q.data();
        job.queryAt = row * q.cols();
        job.w = w.data();
        job.weightAt = row * w.cols();
        job.heads = w.cols();
        job.first = from / KvCache.BLOCK * KvCache.BLOCK;
        job.end = to;
        job.out = out;
        int blocks = (to - job.first + KvCache.BLOCK - 1) / KvCache.BLOCK;
        workers.run((blocks + BLOCKS_PER_TASK - 1) / BLOCKS_PER_TASK, job);
    }

    /** One call's work; an object of its own for each thread that calls, so that nothing is allocated. */
    private static final class Job implements Workers.Task {
        private final CacheKernels kernels;
        private final float[][] tails;
        private KvCache cache;
        private MemorySegment[] blocks;
        private float[] q;
        private int queryAt;
        private float[] w;
        private int weightAt;
        private int heads;
        private int first;
        private int end;
        private float[] out;

        @SuppressWarnings("NullAway.Init") // set before every run
        Job(CacheKernels kernels, float[][] tails) {
            this.kernels = kernels;
            this.tails = tails;
        }

        @Override
        public void run(int task, int worker) {
            int begin = first + task * BLOCKS_PER_TASK * KvCache.BLOCK;
            int until = Math.min(end, begin + BLOCKS_PER_TASK * KvCache.BLOCK);
            for (int from = begin; from < until; from += KvCache.BLOCK) {
                if (until - from >= KvCache.BLOCK) {
                    score(from, out, from);
                } else {
                    score(from, tails[worker], 0);
                    System.arraycopy(tails[worker], 0, out, from, until - from);
                }
            }
        }

        private void score(int from, float[] to, int at) {
            kernels.indexScores(
                    cache.shape().types().indexKeys(),
                    blocks[from / KvCache.BLOCK],
                    cache.shape().indexDim(),
                    q,
                    queryAt,
                    heads,
                    w,
                    weightAt,
                    to,
                    at);
        }
    }
}
