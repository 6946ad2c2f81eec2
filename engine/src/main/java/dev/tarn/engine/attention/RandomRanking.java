package dev.tarn.engine.attention;

/** A random order that depends on nothing but the seed, the layer, t and the unit: the control that every ranking must beat. */
final class RandomRanking implements Ranking {
    private final long seed;
    private final int block;

    RandomRanking(long seed, int block) {
        this.seed = seed;
        this.block = block;
    }

    @Override
    public void score(LayerInput input, int row, int group, int worker, float[] scores) {
        int t = input.position(row);
        long base = mix(mix(mix(seed) + input.layer()) + t);
        for (int s = 0; s <= t / block; s++) {
            scores[s] = (mix(base + s) >>> 40) * 0x1p-24f;
        }
    }

    /** SplitMix64's step (Steele, Lea and Flood 2014). */
    private static long mix(long x) {
        long z = x + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
