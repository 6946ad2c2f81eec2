package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.kv.KvCache;
import org.jspecify.annotations.Nullable;

/**
 * Attention of one query token over chosen entries. The work is cut into chunks of positions, whose size depends on nothing but their
 * number, times KV heads; each entry's bytes are read once for all query heads of its group. What the chunks yield is merged in their
 * order, so that results do not depend on the number of threads.
 */
final class GatherAttention {
    /** Positions of a chunk at least, and chunks at most. */
    private static final int CHUNK = 128;

    private static final int CHUNKS = 16;
    /** Multiply-adds that are not worth waking other threads for. */
    private static final long SMALL = 1 << 15;

    private final Workers workers;
    private final Job[] jobs;

    GatherAttention(Kernels kernels, Workers workers) {
        this.workers = workers;
        EntryTiles[] tiles = new EntryTiles[workers.threads()];
        OnlineSoftmax[] softmax = new OnlineSoftmax[workers.threads()];
        jobs = new Job[workers.threads()];
        for (int i = 0; i < jobs.length; i++) {
            tiles[i] = new EntryTiles(kernels.cache());
            softmax[i] = new OnlineSoftmax(kernels);
            jobs[i] = new Job(kernels, tiles, softmax);
        }
    }

    /**
     * Adds the entries at {@code positions} (or, where that is empty, at first..first+count-1) to the state of one query token, for
     * the query heads of KV heads fromKvHead..toKvHead-1. Reads no other entry.
     *
     * @param told receives the scaled scores, [query heads of these KV heads][count], or null
     */
    void run(
            AttentionShape shape,
            KvCache cache,
            int layer,
            HostTensor q,
            int row,
            int fromKvHead,
            int toKvHead,
            int[] positions,
            int first,
            int count,
            AttentionState state,
            float @Nullable [] told) {
        if (count == 0) {
            return;
        }
        Job job = jobs[workers.current()];
        job.begin(shape, cache, layer, q, row, fromKvHead, toKvHead, positions, first, count, told);
        int tasks = job.chunks * job.kvHeads;
        long work = (long) count * job.kvHeads * shape.groupSize() * (shape.keyDim() + shape.valueDim());
        if (work <= SMALL) {
            for (int task = 0; task < tasks; task++) {
                job.run(task, workers.current());
            }
        } else {
            workers.run(tasks, job);
        }
        job.merge(state);
    }

    /** One call's work; an object of its own for each thread that calls, so that nothing is allocated. */
    private static final class Job implements Workers.Task {
        private final Kernels kernels;
        private final EntryTiles[] tiles;
        private final OnlineSoftmax[] softmax;
        private AttentionShape shape;
        private KvCache cache;
        private int layer;
        private float[] q = new float[0];
        private int queryAt;
        private int fromKvHead;
        private int kvHeads;
        private int[] positions = new int[0];
        private int first;
        private int count;
        private float @Nullable [] told;
        private int chunk;
        private int chunks;
        private float[] max = new float[0];
        private float[] expSum = new float[0];
        private float[] weighted = new float[0];

        @SuppressWarnings("NullAway.Init") // set before every run
        Job(Kernels kernels, EntryTiles[] tiles, OnlineSoftmax[] softmax) {
            this.kernels = kernels;
            this.tiles = tiles;
            this.softmax = softmax;
        }

        void begin(
                AttentionShape shape,
                KvCache cache,
                int layer,
                HostTensor q,
                int row,
                int fromKvHead,
                int toKvHead,
                int[] positions,
                int first,
                int count,
                float @Nullable [] told) {
            this.shape = shape;
            this.cache = cache;
            this.layer = layer;
            this.q = q.data();
            this.queryAt = row * q.cols();
            this.fromKvHead = fromKvHead;
            this.kvHeads = toKvHead - fromKvHead;
            this.positions = positions;
            this.first = first;
            this.count = count;
            this.told = told;
            int whole = (count + CHUNKS * KvCache.BLOCK - 1) / (CHUNKS * KvCache.BLOCK);
            this.chunk = Math.max(CHUNK, whole * KvCache.BLOCK);
            this.chunks = (count + chunk - 1) / chunk;
            int rows = chunks * kvHeads * shape.groupSize();
            if (max.length < rows) {
                max = new float[rows];
                expSum = new float[rows];
            }
            if (weighted.length < rows * shape.valueDim()) {
                weighted = new float[rows * shape.valueDim()];
            }
        }

        /** Attends to one chunk with the query heads of one KV head; neighbouring tasks read the same entries. */
        @Override
        public void run(int task, int worker) {
            AttentionShape s = shape;
            KvCache c = cache;
            EntryTiles tile = tiles[worker];
            OnlineSoftmax sums = softmax[worker];
            int group = s.groupSize();
            int kvHead = fromKvHead + task % kvHeads;
            int begin = task / kvHeads * chunk;
            int end = Math.min(count, begin + chunk);
            tile.begin(s, c.shape(), group);
            sums.begin(group, s.valueDim());
            for (int h = 0; h < group; h++) {
                tile.loadQuery(q, queryAt + (kvHead * group + h) * s.keyDim(), s.scale(), h);
            }
            for (int from = begin; from < end; from += KvCache.BLOCK) {
                int entries = Math.min(KvCache.BLOCK, end - from);
                tile.readKeys(c, layer, kvHead, positions, from, first, entries);
                score(s, tile, (task % kvHeads) * group, from, entries);
                for (int h = 0; h < group; h++) {
                    sums.take(h, tile.scores, h * KvCache.BLOCK, 0, entries, entries);
                }
                tile.readValues(c, layer, kvHead, s.valueDim(), positions, from, first, entries);
                kernels.cache()
                        .weigh(
                                tile.scores,
                                KvCache.BLOCK,
                                group,
                                tile.values(),
                                tile.valueStride(s.valueDim()),
                                entries,
                                s.valueDim(),
                                sums.weighted,
                                0);
            }
            keep(task, group, s.valueDim(), sums);
        }

        private void score(AttentionShape s, EntryTiles tile, int firstHead, int from, int entries) {
            for (int h = 0; h < s.groupSize(); h++) {
                kernels.gemv(
                        tile.keys,
                        0,
                        entries,
                        s.keyDim(),
                        tile.queries,
                        h * s.keyDim(),
                        tile.scores,
                        h * KvCache.BLOCK);
                if (told != null) {
                    System.arraycopy(tile.scores, h * KvCache.BLOCK, told, (firstHead + h) * count + from, entries);
                }
            }
        }

        private void keep(int task, int group, int valueDim, OnlineSoftmax sums) {
            System.arraycopy(sums.max, 0, max, task * group, group);
            System.arraycopy(sums.expSum, 0, expSum, task * group, group);
            System.arraycopy(sums.weighted, 0, weighted, task * group * valueDim, group * valueDim);
        }

        /** Adds all chunks to the state, in their order. */
        void merge(AttentionState state) {
            AttentionShape s = shape;
            int heads = kvHeads * s.groupSize();
            int firstHead = fromKvHead * s.groupSize();
            for (int c = 0; c < chunks; c++) {
                for (int h = 0; h < heads; h++) {
                    merge(state, firstHead + h, c * heads + h, s.valueDim());
                }
            }
        }

        private void merge(AttentionState state, int head, int part, int valueDim) {
            float largest = Math.max(state.max[head], max[part]);
            float before = state.expSum[head] == 0 ? 0 : (float) Math.exp(state.max[head] - largest);
            float now = (float) Math.exp(max[part] - largest);
            state.max[head] = largest;
            state.expSum[head] = state.expSum[head] * before + expSum[part] * now;
            float[] sums = state.weighted;
            int to = head * valueDim;
            int from = part * valueDim;
            for (int d = 0; d < valueDim; d++) {
                sums[to + d] = sums[to + d] * before + weighted[from + d] * now;
            }
        }
    }
}
