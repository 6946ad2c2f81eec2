package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.AttentionState;
import dev.tarn.engine.kv.EntryPlaces;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.kv.KvShape;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Attention of one query token over chosen entries. The work is cut into chunks of positions, whose size depends on nothing but their
 * number. A tile of entries is fetched whole before its heads are computed one after the other, since many reads at a time hide how far
 * memory is; each head's bytes are converted once for all query heads of its group. What the chunks yield is merged in their order, so
 * that results do not depend on the number of threads.
 */
final class GatherAttention {
    /** Positions of a chunk at least, and chunks at most. */
    private static final int CHUNK = KvCache.BLOCK;

    private static final int CHUNKS = 32;
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
     * @param pages where the entries lie, by position
     * @param told receives the scaled scores, [query heads of these KV heads][count], or null
     * @param arriving awaited before the entries are read, or null where all are here
     */
    void run(
            AttentionShape shape,
            KvShape stored,
            MemorySegment[] pages,
            HostTensor q,
            int row,
            int fromKvHead,
            int toKvHead,
            int[] positions,
            int first,
            int count,
            AttentionState state,
            float @Nullable [] told,
            @Nullable EntryPlaces arriving) {
        if (count == 0) {
            return;
        }
        Job job = jobs[workers.current()];
        job.begin(shape, stored, pages, q, row, fromKvHead, toKvHead, positions, first, count, told);
        job.order(arriving);
        int tasks = job.chunks;
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
        private KvShape stored;
        private MemorySegment[] pages = new MemorySegment[0];
        private @Nullable EntryPlaces arriving;
        /** Which chunk a task takes, where entries are arriving. */
        private final int[] order = new int[CHUNKS];

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
                KvShape stored,
                MemorySegment[] pages,
                HostTensor q,
                int row,
                int fromKvHead,
                int toKvHead,
                int[] positions,
                int first,
                int count,
                float @Nullable [] told) {
            this.shape = shape;
            this.stored = stored;
            this.pages = pages;
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

        /** Puts the chunks first whose entries are here already; results are kept by chunk, so that their order stays. */
        void order(@Nullable EntryPlaces places) {
            arriving = places;
            if (places == null) {
                return;
            }
            int next = 0;
            int last = chunks;
            for (int c = chunks - 1; c >= 0; c--) {
                if (!places.isHere(c * chunk, Math.min(count, (c + 1) * chunk))) {
                    order[--last] = c;
                }
            }
            for (int c = 0, late = last; c < chunks; c++) {
                if (late < chunks && order[late] == c) {
                    late++;
                } else {
                    order[next++] = c;
                }
            }
        }

        @Override
        public void run(int task, int worker) {
            EntryPlaces places = arriving;
            if (places == null) {
                attendChunk(task, worker);
                return;
            }
            int c = order[task];
            int end = Math.min(count, (c + 1) * chunk);
            places.await(c * chunk, end, worker);
            attendChunk(c, worker);
            places.attended(c * chunk, end, worker);
        }

        private void attendChunk(int task, int worker) {
            EntryTiles tile = tiles[worker];
            OnlineSoftmax sums = softmax[worker];
            int heads = kvHeads * shape.groupSize();
            int firstHead = fromKvHead * shape.groupSize();
            int end = Math.min(count, (task + 1) * chunk);
            tile.begin(shape, stored, pages, heads);
            sums.begin(heads, shape.valueDim());
            for (int h = 0; h < heads; h++) {
                tile.loadQuery(q, queryAt + (firstHead + h) * shape.keyDim(), shape.scale(), h);
            }
            for (int from = task * chunk; from < end; from += KvCache.BLOCK) {
                int entries = Math.min(KvCache.BLOCK, end - from);
                tile.fetch(positions, from, first, entries);
                for (int head = 0; head < kvHeads; head++) {
                    attend(tile, sums, head, from, entries);
                }
            }
            keep(task, heads, shape.valueDim(), sums);
        }

        /** Attends to one tile with the query heads of the {@code head}-th of these KV heads. */
        private void attend(EntryTiles tile, OnlineSoftmax sums, int head, int from, int entries) {
            int group = shape.groupSize();
            int valueDim = shape.valueDim();
            tile.readKeys(fromKvHead + head, entries);
            for (int h = head * group; h < (head + 1) * group; h++) {
                score(tile, h, from, entries);
                sums.take(h, tile.scores, h * KvCache.BLOCK, 0, entries, entries);
            }
            tile.readValues(fromKvHead + head, valueDim, entries);
            kernels.cache()
                    .weigh(
                            tile.scores,
                            head * group * KvCache.BLOCK,
                            KvCache.BLOCK,
                            group,
                            tile.values(),
                            tile.valueStride(valueDim),
                            entries,
                            valueDim,
                            sums.weighted,
                            head * group * valueDim);
        }

        private void score(EntryTiles tile, int h, int from, int entries) {
            int dim = shape.keyDim();
            int at = h * KvCache.BLOCK;
            kernels.gemv(tile.keys, 0, entries, dim, tile.queries, h * dim, tile.scores, at);
            if (told != null) {
                System.arraycopy(tile.scores, at, told, h * count + from, entries);
            }
        }

        private void keep(int task, int heads, int valueDim, OnlineSoftmax sums) {
            System.arraycopy(sums.max, 0, max, task * heads, heads);
            System.arraycopy(sums.expSum, 0, expSum, task * heads, heads);
            System.arraycopy(sums.weighted, 0, weighted, task * heads * valueDim, heads * valueDim);
        }

        /** Adds all chunks to the state, in their order. */
        void merge(AttentionState state) {
            int heads = kvHeads * shape.groupSize();
            int firstHead = fromKvHead * shape.groupSize();
            for (int c = 0; c < chunks; c++) {
                for (int h = 0; h < heads; h++) {
                    merge(state, firstHead + h, c * heads + h, shape.valueDim());
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
