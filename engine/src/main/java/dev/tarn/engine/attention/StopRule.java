package dev.tarn.engine.attention;

/** When the units taken so far are enough. */
public sealed interface StopRule {
    /** Every candidate is taken: dense attention. */
    record All() implements StopRule {
        @Override
        public String toString() {
            return "all";
        }
    }

    /**
     * A fixed budget of positions, the always-kept ones included.
     *
     * @param k positions; at least 1
     */
    record TopK(int k) implements StopRule {
        @Override
        public String toString() {
            return "k:" + k;
        }
    }
}
