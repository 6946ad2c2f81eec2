package dev.tarn.engine.reserve;

/** Is told when reading and attending began and ended, from the threads that did it, in nanoseconds of {@link System#nanoTime}.
 * Sequences are told apart by their numbers in the reservation. */
public interface ReserveListener {
    /** Hears nothing. */
    ReserveListener NONE = new ReserveListener() {};

    /** Entries first .. first+count-1 were read from the slow tier by the calling thread. */
    default void fetched(int sequence, int layer, int first, int count, long start, long end) {}

    /** The calling thread waited for entries to arrive. */
    default void waited(int sequence, int layer, long start, long end) {}

    /** The calling thread attended to so many entries. */
    default void attended(int sequence, int layer, int entries, long start, long end) {}
}
