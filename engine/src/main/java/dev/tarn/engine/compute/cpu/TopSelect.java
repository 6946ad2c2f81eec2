package dev.tarn.engine.compute.cpu;

import java.util.Arrays;

/**
 * Picks the k largest of n scores without sorting. Where n is much larger than k, a threshold is found first: of the largest numbers of
 * groups of scores, the k-th largest bounds the k-th largest score from below, so that few scores are left to choose from. Among those a
 * radix select over the bits, 11 + 11 + 10, finds the k-th. Of equal scores the lower position wins; NaN counts as the lowest.
 */
final class TopSelect {
    /** Groups for each of the k to be chosen, at least. */
    private static final int GROUPS = 2;

    private static final int LARGEST_SPAN = 64;
    /** Scores that one task looks at. */
    private static final int CHUNK = 1 << 14;

    private final Workers workers;
    private final Job[] jobs;

    TopSelect(Kernels kernels, Workers workers) {
        this.workers = workers;
        jobs = new Job[workers.threads()];
        for (int i = 0; i < jobs.length; i++) {
            jobs[i] = new Job(kernels.cache());
        }
    }

    /**
     * Writes the positions of the k largest of scores[from..to-1], ascending, to {@code positions} from {@code at} on.
     *
     * @param k at most to - from
     */
    void run(float[] scores, int from, int to, int k, int[] positions, int at) {
        if (k == 0) {
            return;
        }
        Job job = jobs[workers.current()];
        int span = Math.min(LARGEST_SPAN, (to - from) / (GROUPS * k));
        if (span > 1 && job.bound(workers, scores, from, to, span, k)) {
            int found = job.candidates(workers);
            job.radix.select(scores, job.candidates, found, k, positions, at);
        } else {
            job.reserve(to - from);
            for (int i = from; i < to; i++) {
                job.candidates[i - from] = i;
            }
            job.radix.select(scores, job.candidates, to - from, k, positions, at);
        }
    }

    /** One call's work, first over groups, then over candidates; an object of its own for each thread that calls. */
    private static final class Job implements Workers.Task {
        private final CacheKernels kernels;
        private final RadixSelect radix = new RadixSelect();
        private float[] scores = new float[0];
        private int from;
        private int to;
        private int span;
        private boolean bounded;
        private float threshold;
        private float[] maxima = new float[0];
        private int[] candidates = new int[0];
        private int[] found = new int[0];

        Job(CacheKernels kernels) {
            this.kernels = kernels;
        }

        void reserve(int n) {
            if (candidates.length < n) {
                candidates = new int[Math.max(n, 2 * candidates.length)];
            }
        }

        /** Finds a threshold that at least k scores reach; false where NaN or negative infinity leave none. */
        boolean bound(Workers workers, float[] scores, int from, int to, int span, int k) {
            this.scores = scores;
            this.from = from;
            this.to = to;
            this.span = span;
            this.bounded = false;
            int chunks = chunks();
            reserve(to - from);
            if (found.length < chunks) {
                found = new int[chunks];
            }
            int room = chunks * stride();
            if (maxima.length < room) {
                maxima = new float[Math.max(room, 2 * maxima.length)];
            }
            workers.run(chunks, this);
            int groups = 0;
            for (int c = 0; c < chunks; c++) {
                System.arraycopy(maxima, c * stride(), maxima, groups, found[c]);
                groups += found[c];
            }
            threshold = radix.largest(maxima, groups, k);
            bounded = true;
            return threshold > Float.NEGATIVE_INFINITY;
        }

        private int chunks() {
            return (to - from + CHUNK - 1) / CHUNK;
        }

        private int stride() {
            return CHUNK / span + 1;
        }

        /** Collects the positions that reach the threshold, ascending; returns how many. */
        int candidates(Workers workers) {
            int chunks = chunks();
            workers.run(chunks, this);
            int n = 0;
            for (int c = 0; c < chunks; c++) {
                System.arraycopy(candidates, c * CHUNK, candidates, n, found[c]);
                n += found[c];
            }
            return n;
        }

        @Override
        public void run(int task, int worker) {
            int begin = from + task * CHUNK;
            int end = Math.min(to, begin + CHUNK);
            found[task] = bounded
                    ? kernels.atLeast(scores, begin, end, threshold, candidates, task * CHUNK)
                    : kernels.maxima(scores, begin, end, span, maxima, task * stride());
        }
    }

    /** Radix select over the bits of scores, of which few remain after each digit. */
    private static final class RadixSelect {
        private static final int[] SHIFTS = {21, 10, 0};
        private static final int DIGIT = (1 << 11) - 1;
        private static final int LAST_DIGIT = (1 << 10) - 1;

        private final int[] histogram = new int[DIGIT + 1];
        private int[] keys = new int[0];
        /** How many of those equal to the k-th largest are among the k. */
        private int ties;

        /** The k-th largest of x[0..n-1]. */
        float largest(float[] x, int n, int k) {
            reserve(n);
            for (int i = 0; i < n; i++) {
                keys[i] = key(x[i]);
            }
            int bits = threshold(n, k) ^ Integer.MIN_VALUE;
            return Float.intBitsToFloat(bits ^ (bits >> 31 & Integer.MAX_VALUE));
        }

        /** Writes the k best of the n candidates, which are ascending, to {@code positions}. */
        void select(float[] scores, int[] candidates, int n, int k, int[] positions, int at) {
            reserve(n);
            for (int i = 0; i < n; i++) {
                keys[i] = key(scores[candidates[i]]);
            }
            int threshold = threshold(n, k);
            int left = ties;
            int to = at;
            for (int i = 0; i < n; i++) {
                int order = Integer.compareUnsigned(key(scores[candidates[i]]), threshold);
                if (order > 0 || (order == 0 && left-- > 0)) {
                    positions[to++] = candidates[i];
                }
            }
        }

        private void reserve(int n) {
            if (keys.length < n) {
                keys = new int[Math.max(n, 2 * keys.length)];
            }
        }

        /** The k-th largest key; keeps in {@link #keys} only those that share its digits so far. */
        private int threshold(int n, int k) {
            int wanted = k;
            int left = n;
            int threshold = 0;
            for (int shift : SHIFTS) {
                int mask = shift == 0 ? LAST_DIGIT : DIGIT;
                Arrays.fill(histogram, 0);
                for (int i = 0; i < left; i++) {
                    histogram[(keys[i] >>> shift) & mask]++;
                }
                int digit = mask;
                while (histogram[digit] < wanted) {
                    wanted -= histogram[digit--];
                }
                threshold |= digit << shift;
                left = keep(left, shift, mask, digit);
            }
            ties = wanted;
            return threshold;
        }

        private int keep(int n, int shift, int mask, int digit) {
            int kept = 0;
            for (int i = 0; i < n; i++) {
                int key = keys[i];
                if (((key >>> shift) & mask) == digit) {
                    keys[kept++] = key;
                }
            }
            return kept;
        }

        /** An unsigned integer in the order of the score; both zeros are equal, NaN is lowest. */
        private static int key(float score) {
            if (Float.isNaN(score)) {
                return 0;
            }
            int bits = Float.floatToRawIntBits(score + 0f);
            return bits ^ (bits >> 31 | Integer.MIN_VALUE);
        }
    }
}
