package dev.tarn.engine.kv;

/** What is kept of a block of keys, channel by channel: the two ends of a box, or one vector. */
public enum SummaryKind {
    /** The smallest and the largest (Quest). */
    MIN_MAX(2),
    /** c - r and c + r with c = (max + min) / 2 and r = mean |K - c| (ArkVale's cuboid-mean). */
    CUBOID_MEAN(2),
    /** The mean. */
    MEAN(1);

    private final int vectors;

    SummaryKind(int vectors) {
        this.vectors = vectors;
    }

    /** Vectors of a block and KV head. */
    public int vectors() {
        return vectors;
    }
}
