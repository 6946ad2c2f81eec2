package dev.tarn.sim.access;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Foreign traces: plain sequences of requests for objects of equal size, counted one by one as libCacheSim does. Each request is a batch
 * of one that must be admitted.
 */
public final class RequestSequence {
    private RequestSequence() {}

    /** The stream of a sequence whose ids are any numbers. */
    public static AccessStream of(long[] objects) {
        long[] distinct = Arrays.stream(objects).sorted().distinct().toArray();
        int[] ids = new int[objects.length];
        Arrays.setAll(ids, i -> Arrays.binarySearch(distinct, objects[i]));
        return ofDense(ids, distinct.length);
    }

    /** The stream of a sequence whose ids are any ints. */
    public static AccessStream of(int[] objects) {
        return of(Arrays.stream(objects).asLongStream().toArray());
    }

    /**
     * The stream of a sequence whose ids are dense already. The array is used as it is.
     *
     * @throws IllegalArgumentException if an id is not in 0..universe - 1
     */
    public static AccessStream ofDense(int[] ids, int universe) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= universe) {
                throw new IllegalArgumentException("request " + i + ": id " + ids[i] + " is not in 0.." + (universe - 1)
                        + "; number the objects densely");
            }
        }
        int[] offsets = IntStream.rangeClosed(0, ids.length).toArray();
        int[] own = new int[ids.length];
        Arrays.fill(own, AccessStream.NO_ENTRY);
        return new AccessStream(
                universe, ids, offsets, own, IntStream.range(0, universe).toArray(), true, Lanes.one(ids.length), null);
    }
}
