package dev.tarn.study.tasks;

import dev.tarn.study.needle.NeedlePrompt;

/** A family of generated prompts with questions whose answers are known. */
interface Task {
    /** Equal shares of the depth that answers are counted by. */
    int DEPTHS = 5;

    /** Its name on the command line. */
    String name();

    /**
     * One prompt; the arguments decide everything.
     *
     * @param length tokens of everything, answer included, at most
     * @param index which prompt; neighbours may share the beginning of their text
     */
    NeedlePrompt prompt(int length, int index, long seed);
}
