package dev.tarn.study.tasks;

import dev.tarn.study.needle.NeedleGenerator;
import dev.tarn.study.needle.NeedlePrompt;

/** Several facts that differ in one name, each asked for: the others distract (RULER's niah multi-key and multi-query). */
record MultiNeedleTask(NeedleGenerator needles) implements Task {
    private static final int FACTS = 4;

    @Override
    public String name() {
        return "multineedle";
    }

    @Override
    public NeedlePrompt prompt(int length, int index, long seed) {
        return needles.generate(length, FACTS, Seeds.of(seed, index));
    }
}
