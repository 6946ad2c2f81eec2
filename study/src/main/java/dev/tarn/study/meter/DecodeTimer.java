package dev.tarn.study.meter;

import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.decode.Sampler;
import dev.tarn.engine.decode.Sequence;

/** Times greedy decode steps of one model, logits included. */
public final class DecodeTimer {
    private static final int WARM_UP_STEPS = 8;
    private static final int TIMED_STEPS = 32;

    private final float[] logits;

    /** A timer for a model with so many logits. */
    public DecodeTimer(int vocabulary) {
        logits = new float[vocabulary];
    }

    /**
     * What a timing measured.
     *
     * @param nanos time of all steps
     * @param steps decode steps
     */
    public record Timing(long nanos, int steps) {
        /** Decode steps per second. */
        public double tokensPerSecond() {
            return steps * 1e9 / nanos;
        }
    }

    /**
     * Decodes on a fork, so that the last step is at position {@code length} - 1 or where the context ends, if that is later.
     *
     * @param context tokens that {@code sequence} has read
     */
    public Timing time(Sequence sequence, int[] context, int length, Attention attention) {
        try (Sequence fork = sequence.fork(attention)) {
            fork.truncate(Math.clamp(length - WARM_UP_STEPS - TIMED_STEPS, 1, fork.length()));
            int token = context[fork.length() - 1];
            long start = 0;
            for (int step = 0; step < WARM_UP_STEPS + TIMED_STEPS; step++) {
                if (step == WARM_UP_STEPS) {
                    start = System.nanoTime();
                }
                fork.decode(token);
                fork.readLogits(logits);
                token = Sampler.argmax(logits);
            }
            return new Timing(System.nanoTime() - start, TIMED_STEPS);
        }
    }
}
