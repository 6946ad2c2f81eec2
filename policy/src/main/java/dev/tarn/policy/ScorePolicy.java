package dev.tarn.policy;

import org.jspecify.annotations.Nullable;

/**
 * Score priority: the entry whose ranking score was lowest when it was last selected leaves; of equal scores the least recently used. Eviction by priority
 * is what a hot buffer of selected entries on an accelerator does; here the priority is the score itself, as the ranking gave it, so layers with high
 * scores keep more. An entry that arrives uncounted has no score yet and takes the lowest of the batch before it. O(log capacity) an access. No parameters.
 */
final class ScorePolicy extends SlotPolicy {
    private final SlotHeap byScore;
    private boolean counted;
    private float score;
    private float lowest;

    ScorePolicy(Room room, ResidencyListener listener) {
        super(room, listener);
        byScore = new SlotHeap(room.capacity());
    }

    @Override
    void beginBatch(int lane, boolean counted) {
        this.counted = counted;
        score = lowest;
        if (counted) {
            lowest = Float.POSITIVE_INFINITY;
        }
    }

    @Override
    void useScores(float @Nullable [] batchScores, int index) {
        if (!counted) {
            return;
        }
        if (batchScores == null) {
            throw new IllegalArgumentException("score-priority was given a batch without scores");
        }
        score = batchScores[index];
        lowest = Math.min(lowest, score);
    }

    @Override
    void protect(int slot) {
        byScore.remove(slot);
    }

    @Override
    int removeVictim() {
        int victim = byScore.first();
        byScore.remove(victim);
        return victim;
    }

    @Override
    void touch(int slot) {
        byScore.add(slot, score);
    }

    @Override
    void admit(int slot, int miss) {
        byScore.add(slot, score);
    }

    @Override
    void forget(int slot) {
        byScore.remove(slot);
    }
}
