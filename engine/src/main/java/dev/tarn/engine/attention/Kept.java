package dev.tarn.engine.attention;

/**
 * How many units are always taken: the first ones, which hold the sinks, and the last ones, which hold the newest positions. In
 * blocks what is kept is whole blocks, and the newest block is always one of them.
 */
final class Kept {
    private final int sink;
    private final int recent;
    private final int block;

    /** Units from the first on. */
    int low;

    /** Units up to the last. */
    int high;

    Kept(AttentionSpec spec) {
        this.sink = spec.sink().orElse(0);
        this.recent = spec.recent().orElse(0);
        this.block = spec.block();
    }

    /**
     * Decides for {@code n} candidates: of a budget the newest block is bought first, then the sinks, then the newest.
     *
     * @param budget units; at least 1
     */
    void decide(int n, int budget) {
        int units = units(n);
        int own = block == 1 ? 0 : 1;
        int newest = recent == 0 ? 0 : units - (n - Math.min(recent, n)) / block;
        low = Math.min(
                Math.min((int) Math.min(Integer.MAX_VALUE, (sink + block - 1L) / block), budget - own), units - own);
        high = Math.min(Math.min(Math.max(own, newest), budget - low), units - low);
    }

    /** Units that hold {@code n} positions, the last perhaps not full. */
    int units(int n) {
        return (n + block - 1) / block;
    }
}
