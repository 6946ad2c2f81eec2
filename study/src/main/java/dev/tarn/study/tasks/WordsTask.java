package dev.tarn.study.tasks;

import dev.tarn.study.needle.Haystacks;
import dev.tarn.study.needle.Needle;
import dev.tarn.study.needle.NeedlePrompt;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A numbered list of words of which one is far more common than all others (RULER's common words extraction, section 3.3, which asks
 * for ten of them). Nothing in it has a depth.
 */
record WordsTask(Haystacks haystacks, List<String> words) implements Task {
    /** One line in this many is the common word. */
    private static final int COMMON = 5;

    @Override
    public String name() {
        return "words";
    }

    @Override
    public NeedlePrompt prompt(int length, int index, long seed) {
        RandomGenerator random = Seeds.random(seed, index, length);
        String common = words.get(random.nextInt(words.size()));
        Needle question = haystacks.question(
                Double.NaN,
                "What is the most common word in the list above?",
                "The most common word in the list above is",
                common);
        List<String> lines = new ArrayList<>();
        int room = haystacks.room(length, List.of(question));
        int used = 0;
        while (true) {
            boolean now = lines.size() % COMMON == COMMON - 1;
            String line = (lines.size() + 1) + ". " + (now ? common : other(random, common));
            used += haystacks.lineTokens(line);
            if (used > room) {
                return haystacks.list(length, lines, List.of(question));
            }
            lines.add(line);
        }
    }

    private String other(RandomGenerator random, String common) {
        String word;
        do {
            word = words.get(random.nextInt(words.size()));
        } while (word.equals(common));
        return word;
    }
}
