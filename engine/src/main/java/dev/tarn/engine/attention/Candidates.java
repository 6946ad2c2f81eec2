package dev.tarn.engine.attention;

/**
 * The first level of a two-level ranking (HISA): a block ranking picks blocks, and only their tokens are ranked further.
 *
 * @param rank how blocks are ranked: by a summary of their keys
 * @param block tokens of a block
 * @param count positions that the chosen blocks hold: max(1, floor(count / block)) blocks, the newest one included
 */
public record Candidates(RankingKind rank, int block, int count) {
    @Override
    public String toString() {
        return rank + ":" + block + ":" + count;
    }
}
