package dev.tarn.sim.replay;

import dev.tarn.sim.access.AccessStream;
import java.util.Arrays;

/**
 * LRU stack distances under the batch rule: an entry's distance is its depth in the recency stack before its batch, so it hits exactly
 * at the capacities that are not smaller (Mattson et al. 1970).
 *
 * <p>Every access has a mark at its place in time while it is the latest of its id. A batch is one slot of time: the ids
 * above a slot are one prefix sum away, and those above within the slot are marks counted by word, walking down from the
 * highest position. So entries last used together share one query. The entry that arrives after a batch lies on top of
 * its slot.
 */
final class StackDistances {
    /** The distance of a first use, beyond every capacity. */
    static final int COLD = Integer.MAX_VALUE;

    private static final long NEVER = -1;

    /** Is handed the distances of each batch, in order of time. */
    @FunctionalInterface
    interface Sink {
        /** The first {@code count} distances belong to the accesses of the batch, in their order. */
        void batch(int batch, int[] distances, int count);
    }

    private final AccessStream stream;
    private final long[] last;
    private final long[] marks;
    private final Fenwick live;
    private int liveTotal;

    /** The slots that the batch at hand was last used in; {@link #localOf} finds them again. */
    private final int[] slots;

    private final int[] localOf;
    private final int[] above;
    private final int[] cursor;
    private final int[] taken;
    private int slotCount;

    private StackDistances(AccessStream stream) {
        this.stream = stream;
        last = new long[stream.universe()];
        Arrays.fill(last, NEVER);
        long places = (long) stream.accesses() + stream.batches();
        if (places > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("the stream has " + places + " accesses and batches, more than "
                    + Integer.MAX_VALUE + "; split it by request or by layer");
        }
        marks = new long[(int) (places >>> 6) + 1];
        live = new Fenwick(stream.batches());
        int widest = widest(stream) + 1;
        slots = new int[widest];
        above = new int[widest];
        cursor = new int[widest];
        taken = new int[widest];
        localOf = new int[stream.batches()];
    }

    /** Computes all distances of a stream. */
    static void run(AccessStream stream, Sink sink) {
        var pass = new StackDistances(stream);
        int[] distances = new int[widest(stream)];
        for (int batch = 0; batch < stream.batches(); batch++) {
            int count = pass.measure(batch, distances);
            pass.renew(batch, count);
            sink.batch(batch, distances, count);
        }
    }

    private static int widest(AccessStream stream) {
        int widest = 0;
        int[] offsets = stream.offsets();
        for (int b = 0; b < stream.batches(); b++) {
            widest = Math.max(widest, offsets[b + 1] - offsets[b]);
        }
        return widest;
    }

    /** Takes the batch out of the stack as it was before, highest position first, and notes how deep each entry lay. */
    private int measure(int batch, int[] distances) {
        int from = stream.offsets()[batch];
        int count = stream.offsets()[batch + 1] - from;
        int[] ids = stream.ids();
        long[] latestOf = last;
        long[] marked = marks;
        long now = ((long) batch << 32) | (from + batch);
        slotCount = 0;
        int slot = -1; // entries last used together come in runs: what is known of their slot stays in registers
        int local = -1;
        int depth = 0;
        int down = 0;
        int run = 0;
        for (int j = count - 1; j >= 0; j--) {
            int id = ids[from + j];
            long latest = latestOf[id];
            latestOf[id] = now + j;
            if (latest == NEVER) {
                distances[j] = COLD;
                continue;
            }
            if ((int) (latest >>> 32) != slot) {
                save(local, depth, down, run);
                slot = (int) (latest >>> 32);
                local = find(slot);
                depth = above[local];
                down = cursor[local];
                run = 0;
            }
            int place = (int) latest;
            depth += place + 1 < down ? marksBetween(marked, place + 1, down) + 1 : 1;
            marked[place >>> 6] &= ~(1L << place);
            down = place;
            run++;
            distances[j] = depth;
        }
        save(local, depth, down, run);
        return count;
    }

    private void save(int local, int depth, int down, int run) {
        if (local >= 0) {
            above[local] = depth;
            cursor[local] = down;
            taken[local] += run;
        }
    }

    private int find(int slot) {
        int local = localOf[slot];
        return local < slotCount && slots[local] == slot ? local : open(slot);
    }

    private int open(int slot) {
        int local = slotCount++;
        localOf[slot] = local;
        slots[local] = slot;
        above[local] = liveTotal - live.through(slot);
        cursor[local] = stream.offsets()[slot + 1] + slot + 1;
        taken[local] = 0;
        return local;
    }

    /** Puts the batch, and the entry that arrives after it, on top of the stack. */
    private void renew(int batch, int count) {
        for (int local = 0; local < slotCount; local++) {
            live.add(slots[local], -taken[local]);
            liveTotal -= taken[local];
        }
        int from = stream.offsets()[batch] + batch;
        int size = count;
        int own = stream.own()[batch];
        if (own != AccessStream.NO_ENTRY) {
            if (last[own] != NEVER) {
                forget(last[own]);
            }
            last[own] = ((long) batch << 32) | (from + size);
            size++;
        }
        mark(from, from + size);
        live.add(batch, size);
        liveTotal += size;
    }

    private void forget(long latest) {
        int place = (int) latest;
        marks[place >>> 6] &= ~(1L << place);
        live.add((int) (latest >>> 32), -1);
        liveTotal--;
    }

    private static int marksBetween(long[] marks, int from, int to) {
        int word = from >>> 6;
        int lastWord = (to - 1) >>> 6;
        long bits = marks[word] & (-1L << from);
        int sum = 0;
        while (word < lastWord) {
            sum += Long.bitCount(bits);
            bits = marks[++word];
        }
        return sum + Long.bitCount(bits & (-1L >>> -to));
    }

    private void mark(int from, int to) {
        for (int word = from >>> 6; from < to && word <= (to - 1) >>> 6; word++) {
            long bits = -1L;
            if (word == from >>> 6) {
                bits &= -1L << from;
            }
            if (word == (to - 1) >>> 6) {
                bits &= -1L >>> -to;
            }
            marks[word] |= bits;
        }
    }
}
