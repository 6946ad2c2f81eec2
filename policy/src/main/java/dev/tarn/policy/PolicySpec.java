package dev.tarn.policy;

/** A policy as a spec names it, ready to be made. */
record PolicySpec(Maker maker, boolean needsScores) implements PolicyFactory {
    /** Makes a policy in a room. */
    @FunctionalInterface
    interface Maker {
        EvictionPolicy make(Room room, long seed, ResidencyListener listener);
    }

    @Override
    public EvictionPolicy create(PoolShape pool, long seed, ResidencyListener listener) {
        return maker.make(new Room(pool), seed, listener);
    }
}
