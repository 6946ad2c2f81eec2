package dev.tarn.study.tasks;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Seeds of prompts: apart for every seed of a run and every prompt of it. */
final class Seeds {
    private static final long PROMPTS = 1 << 20;

    private Seeds() {}

    static long of(long seed, int prompt) {
        return seed * PROMPTS + prompt;
    }

    /** Numbers for one prompt of one length. */
    static RandomGenerator random(long seed, int prompt, int length) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(of(seed, prompt) * 1_000_003 + length);
    }
}
