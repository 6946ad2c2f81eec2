package dev.tarn.study.tasks;

import dev.tarn.study.needle.Haystacks;
import dev.tarn.study.needle.Needle;
import dev.tarn.study.needle.NeedlePrompt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A context full of pairs of which some are asked for (Liu et al. 2023, "Lost in the Middle", section 3; with words and numbers
 * instead of UUIDs, whose 36 characters small models cannot copy).
 */
record KeyValueTask(Haystacks haystacks, List<String> words) implements Task {
    @Override
    public String name() {
        return "kv";
    }

    @Override
    public NeedlePrompt prompt(int length, int index, long seed) {
        RandomGenerator random = Seeds.random(seed, index, length);
        List<Map.Entry<String, String>> pairs = pairs(random, length);
        List<Needle> questions = new ArrayList<>();
        for (int share = 0; share < DEPTHS && !pairs.isEmpty(); share++) {
            double depth = (share + random.nextDouble()) / DEPTHS;
            questions.add(question(depth, pairs.get((int) (depth * pairs.size()))));
        }
        List<String> lines = pairs.stream().map(KeyValueTask::line).toList();
        return haystacks.list(length, lines, questions);
    }

    /** As many pairs as fit, the longest of any question about them included. */
    private List<Map.Entry<String, String>> pairs(RandomGenerator random, int length) {
        Map<String, String> pairs = new LinkedHashMap<>();
        int used = 0;
        int longest = 0;
        while (true) {
            String key = words.get(random.nextInt(words.size())) + "-" + (100 + random.nextInt(900));
            Map.Entry<String, String> pair = Map.entry(key, Integer.toString(10_000 + random.nextInt(90_000)));
            if (!pairs.containsKey(key)) {
                used += haystacks.lineTokens(line(pair));
                longest = Math.max(longest, length - haystacks.room(length, List.of(question(0, pair))));
                if (used + longest > length) {
                    return List.copyOf(pairs.entrySet());
                }
                pairs.put(key, pair.getValue());
            }
        }
    }

    private Needle question(double depth, Map.Entry<String, String> pair) {
        String asked = "value of " + pair.getKey();
        return haystacks.question(depth, "What is the " + asked + "?", "The " + asked + " is", pair.getValue());
    }

    private static String line(Map.Entry<String, String> pair) {
        return pair.getKey() + ": " + pair.getValue();
    }
}
