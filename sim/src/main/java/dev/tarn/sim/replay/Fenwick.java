package dev.tarn.sim.replay;

/** Counts under prefix sums (Fenwick 1994): adding and summing both take log n steps. */
final class Fenwick {
    private final int[] tree;

    Fenwick(int size) {
        tree = new int[size + 1];
    }

    void add(int index, int delta) {
        for (int i = index + 1; i < tree.length; i += i & -i) {
            tree[i] += delta;
        }
    }

    /** The sum of counts 0 to index, that one included. */
    int through(int index) {
        int sum = 0;
        for (int i = index + 1; i > 0; i &= i - 1) {
            sum += tree[i];
        }
        return sum;
    }
}
