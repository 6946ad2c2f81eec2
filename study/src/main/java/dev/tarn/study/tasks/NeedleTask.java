package dev.tarn.study.tasks;

import dev.tarn.study.needle.NeedleGenerator;
import dev.tarn.study.needle.NeedlePrompt;

/** One fact in book text, at each depth in turn (RULER's niah single; Kamradt's needle in a haystack). */
record NeedleTask(NeedleGenerator needles) implements Task {
    @Override
    public String name() {
        return "needle";
    }

    @Override
    public NeedlePrompt prompt(int length, int index, long seed) {
        return needles.generateIn(index % DEPTHS, DEPTHS, length, Seeds.of(seed, index / DEPTHS));
    }
}
