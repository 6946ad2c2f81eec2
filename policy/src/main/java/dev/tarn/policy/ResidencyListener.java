package dev.tarn.policy;

/** Hears of every change of residency, in order; an eviction is told before the admission it makes room for. */
public interface ResidencyListener {
    /** A listener for those who only count. */
    ResidencyListener NONE = new ResidencyListener() {};

    /** The entry has left the slot, which is free now. */
    default void evicted(int id, int slot) {}

    /** The entry has been given the slot and must be brought there. */
    default void admitted(int id, int slot) {}
}
