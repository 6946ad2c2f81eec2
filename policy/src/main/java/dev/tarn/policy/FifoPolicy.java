package dev.tarn.policy;

/** First in, first out: whoever was admitted first leaves, used or not. */
final class FifoPolicy extends OrderedPolicy {
    FifoPolicy(Room room, ResidencyListener listener) {
        super(room, listener);
    }

    @Override
    void touch(int slot) {
        // Use does not change the order of insertion.
    }
}
