package dev.tarn.sim.replay;

/** A set of ints as bits, with a summary bit for every 64 words above, so that the highest member is a few words away. */
final class TopBitmap {
    private final long[][] levels;

    TopBitmap(int size) {
        int depth = 1;
        for (long words = (size >>> 6) + 1L; words > 1; words = (words >>> 6) + 1) {
            depth++;
        }
        levels = new long[depth][];
        int words = size;
        for (int level = 0; level < depth; level++) {
            words = (words >>> 6) + 1;
            levels[level] = new long[words];
        }
    }

    void add(int value) {
        int at = value;
        for (long[] level : levels) {
            long before = level[at >>> 6];
            level[at >>> 6] = before | (1L << at);
            if (before != 0) {
                return;
            }
            at >>>= 6;
        }
    }

    /** Takes out the highest member; there is one. */
    void removeHighest() {
        int at = 0;
        for (int level = levels.length - 1; level >= 0; level--) {
            at = (at << 6) + 63 - Long.numberOfLeadingZeros(levels[level][at]);
        }
        clear(at >>> 6, ~(1L << at));
    }

    /** Takes out all members in {@code from..to - 1} and returns how many there were. */
    int removeRange(int from, int to) {
        int removed = 0;
        for (int word = from >>> 6; from < to && word <= (to - 1) >>> 6; word++) {
            long range = -1L;
            if (word == from >>> 6) {
                range &= -1L << from;
            }
            if (word == (to - 1) >>> 6) {
                range &= -1L >>> -to;
            }
            long found = levels[0][word] & range;
            if (found != 0) {
                removed += Long.bitCount(found);
                clear(word, ~range);
            }
        }
        return removed;
    }

    private void clear(int word, long kept) {
        int at = word;
        long keep = kept;
        for (long[] level : levels) {
            level[at] &= keep;
            if (level[at] != 0) {
                return;
            }
            keep = ~(1L << at);
            at >>>= 6;
        }
    }
}
