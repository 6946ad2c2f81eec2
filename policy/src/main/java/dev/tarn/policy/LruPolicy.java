package dev.tarn.policy;

/** Least recently used: whoever was not used for longest leaves. A stack algorithm (Mattson et al. 1970), so more room never hurts. */
public final class LruPolicy extends OrderedPolicy {
    /** With nothing resident; see {@link PolicyFactory#create}. */
    public LruPolicy(int capacity, int universe, ResidencyListener listener) {
        super(capacity, universe, listener);
    }

    @Override
    void touch(int slot) {
        order.remove(slot);
        order.addNewest(slot);
    }
}
