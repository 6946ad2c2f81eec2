package dev.tarn.policy;

/** Least recently used: whoever was not used for longest leaves. A stack algorithm (Mattson et al. 1970), so more room never hurts. */
final class LruPolicy extends OrderedPolicy {
    LruPolicy(Room room, ResidencyListener listener) {
        super(room, listener);
    }

    @Override
    void touch(int slot) {
        renew(slot);
    }
}
