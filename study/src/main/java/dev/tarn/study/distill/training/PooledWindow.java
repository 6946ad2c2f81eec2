package dev.tarn.study.distill.training;

import dev.tarn.study.distill.capture.CapturedWindow;
import dev.tarn.study.distill.text.TextWindow;
import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;

/**
 * A window in the pool and the positions whose queries it keeps.
 *
 * @param window what the backbone computed
 * @param tail where questions and answers begin
 */
record PooledWindow(CapturedWindow window, int tail) {
    /** The share of other queries that is drawn from the second half of a window, where there is most to choose from. */
    private static final double LATE = 0.25;

    /**
     * Positions to keep of a window: its questions and answers, as many as half of all, and others at random.
     *
     * @param first the first position that may be drawn
     * @param most how many positions at most
     */
    static int[] sample(RandomGenerator random, TextWindow text, int first, int most) {
        int length = text.tokens().length;
        BitSet chosen = new BitSet(length);
        int tail = Math.max(first, text.tail());
        if (tail < length) {
            add(random, chosen, tail, length, Math.min(length - tail, most / 2));
        }
        int rest = Math.min(most - chosen.cardinality(), tail - first);
        int middle = Math.max(first, tail / 2);
        int late = Math.min((int) (rest * LATE), tail - middle);
        add(random, chosen, middle, tail, late);
        add(random, chosen, first, tail, rest - late);
        return chosen.stream().toArray();
    }

    /** Adds {@code count} positions of from..to-1 that are not chosen yet. */
    private static void add(RandomGenerator random, BitSet chosen, int from, int to, int count) {
        int left = Math.min(count, to - from - chosen.get(from, to).cardinality());
        while (left > 0) {
            int position = random.nextInt(from, to);
            if (!chosen.get(position)) {
                chosen.set(position);
                left--;
            }
        }
    }

    /**
     * Draws distinct positions of one step, ascending.
     *
     * @param tailShare the share that is to lie on questions and answers, where there are any
     */
    int[] draw(RandomGenerator random, int count, double tailShare) {
        int[] kept = window.sampled();
        int border = Arrays.binarySearch(kept, tail);
        border = border >= 0 ? border : -border - 1;
        int[] others = Arrays.copyOf(kept, border);
        int[] tails = Arrays.copyOfRange(kept, border, kept.length);
        int onTail = Math.min(tails.length, (int) (count * tailShare));
        int onOthers = Math.min(others.length, count - onTail);
        shuffle(random, tails, onTail);
        shuffle(random, others, onOthers);
        int[] drawn = Arrays.copyOf(others, onOthers + onTail);
        System.arraycopy(tails, 0, drawn, onOthers, onTail);
        Arrays.sort(drawn);
        return drawn;
    }

    /** Brings a random choice of {@code count} to the front. */
    private static void shuffle(RandomGenerator random, int[] x, int count) {
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i, x.length);
            int moved = x[i];
            x[i] = x[j];
            x[j] = moved;
        }
    }
}
