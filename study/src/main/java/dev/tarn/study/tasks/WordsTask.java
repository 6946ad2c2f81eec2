package dev.tarn.study.tasks;

import dev.tarn.study.needle.Haystacks;
import dev.tarn.study.needle.Needle;
import dev.tarn.study.needle.NeedlePrompt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Common words extraction (RULER, arXiv 2404.06654, section 3.3): a numbered list in which ten words come often and all others seldom;
 * the ten are asked for. Nothing in it has a depth.
 */
record WordsTask(Haystacks haystacks, List<String> words) implements Task {
    /**
     * How often words come.
     *
     * @param common words that come often
     * @param times how often each of them
     * @param others how often each other one
     */
    private record Mix(int common, int times, int others) {
        /** RULER's, from 4,096 tokens on and below; with less than 1,024 fewer words are asked for. */
        static Mix of(int length) {
            return length >= 4096 ? new Mix(10, 30, 3) : length >= 1024 ? new Mix(10, 6, 1) : new Mix(3, 6, 1);
        }
    }

    @Override
    public String name() {
        return "words";
    }

    @Override
    public NeedlePrompt prompt(int length, int index, long seed) {
        RandomGenerator random = Seeds.random(seed, index, length);
        Mix mix = Mix.of(length);
        List<String> drawn = new ArrayList<>(words);
        Collections.shuffle(drawn, Random.from(random));
        List<String> common = List.copyOf(drawn.subList(0, Math.min(mix.common, drawn.size())));
        Needle question = question(common);
        List<String> list = fill(mix, common, drawn, haystacks.room(length, List.of(question)));
        Collections.shuffle(list, Random.from(random));
        List<String> lines = new ArrayList<>();
        list.forEach(word -> lines.add(line(lines.size(), word)));
        return haystacks.list(length, lines, List.of(question));
    }

    /** The common words and as many others as there is room for. */
    private List<String> fill(Mix mix, List<String> common, List<String> drawn, int room) {
        List<String> list = new ArrayList<>();
        int used = 0;
        for (int i = 0; i < drawn.size(); i++) {
            int times = i < common.size() ? mix.times : mix.others;
            for (int j = 0; j < times; j++) {
                used += haystacks.lineTokens(line(list.size() + j, drawn.get(i)));
            }
            if (i >= common.size() && used > room) {
                break;
            }
            list.addAll(Collections.nCopies(times, drawn.get(i)));
        }
        return list;
    }

    private Needle question(List<String> common) {
        return haystacks.names(
                "What are the " + common.size() + " most common words in the above list?",
                "The " + common.size() + " words that appear most often in the list are:",
                common);
    }

    private static String line(int before, String word) {
        return before + 1 + ". " + word;
    }
}
