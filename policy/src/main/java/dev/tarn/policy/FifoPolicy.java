package dev.tarn.policy;

/** First in, first out: whoever was admitted first leaves, used or not. */
public final class FifoPolicy extends OrderedPolicy {
    /** With nothing resident; see {@link PolicyFactory#create}. */
    public FifoPolicy(int capacity, int universe, ResidencyListener listener) {
        super(capacity, universe, listener);
    }

    @Override
    void touch(int slot) {
        // Use does not change the order of insertion.
    }
}
