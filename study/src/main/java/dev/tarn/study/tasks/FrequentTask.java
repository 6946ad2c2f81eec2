package dev.tarn.study.tasks;

import dev.tarn.study.needle.Haystacks;
import dev.tarn.study.needle.Needle;
import dev.tarn.study.needle.NeedlePrompt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Frequent words extraction (RULER, arXiv 2404.06654, section 3.3): coded words whose frequencies fall by Zipf's law with exponent 2;
 * the most frequent one is dots and noise, the three after it are asked for. Nothing in it has a depth.
 */
record FrequentTask(Haystacks haystacks) implements Task {
    private static final int ASKED = 3;
    private static final int LETTERS = 6;
    private static final int TOKENS_PER_CODE = 50;
    private static final int FEWEST_CODES = 8;
    private static final int WORDS_IN_A_LINE = 10;
    private static final String NOISE = "...";

    @Override
    public String name() {
        return "frequent";
    }

    @Override
    public NeedlePrompt prompt(int length, int index, long seed) {
        RandomGenerator random = Seeds.random(seed, index, length);
        List<String> codes = codes(random, Math.max(FEWEST_CODES, length / TOKENS_PER_CODE));
        List<String> asked = codes.subList(1, 1 + ASKED);
        Needle question = haystacks.names(
                "What are the three most frequently appeared words in the above coded text? Ignore the dots '" + NOISE
                        + "'.",
                "The three most frequently appeared words are:",
                asked);
        return haystacks.list(
                length, longest(random, codes, haystacks.room(length, List.of(question))), List.of(question));
    }

    /** As many words as there is room for, or one fewer. */
    private List<String> longest(RandomGenerator random, List<String> codes, int room) {
        int words = Math.max(1, room / 8);
        words = Math.max(1, (int) ((long) words * room / Math.max(1, tokens(lines(random, codes, words)))));
        List<String> lines = lines(random, codes, words);
        while (tokens(lines) > room && words > 1) {
            lines = lines(random, codes, --words);
        }
        List<String> longer = lines(random, codes, ++words);
        while (tokens(longer) <= room) {
            lines = longer;
            longer = lines(random, codes, ++words);
        }
        return lines;
    }

    private static List<String> codes(RandomGenerator random, int count) {
        Set<String> known = new HashSet<>();
        List<String> codes = new ArrayList<>(List.of(NOISE));
        while (codes.size() < count) {
            StringBuilder code = new StringBuilder();
            for (int i = 0; i < LETTERS; i++) {
                code.append((char) ('a' + random.nextInt(26)));
            }
            if (known.add(code.toString())) {
                codes.add(code.toString());
            }
        }
        return codes;
    }

    /** About so many words, each code as often as the law says, in random order. */
    private static List<String> lines(RandomGenerator random, List<String> codes, int words) {
        double zeta = 0;
        for (int rank = 1; rank <= codes.size(); rank++) {
            zeta += 1.0 / ((double) rank * rank);
        }
        List<String> text = new ArrayList<>();
        for (int rank = 1; rank <= codes.size(); rank++) {
            int times = (int) (words / (zeta * rank * rank));
            text.addAll(Collections.nCopies(times, codes.get(rank - 1)));
        }
        Collections.shuffle(text, Random.from(random));
        List<String> lines = new ArrayList<>();
        for (int from = 0; from < text.size(); from += WORDS_IN_A_LINE) {
            lines.add(String.join(" ", text.subList(from, Math.min(text.size(), from + WORDS_IN_A_LINE))));
        }
        return lines;
    }

    private int tokens(List<String> lines) {
        return lines.stream().mapToInt(haystacks::lineTokens).sum();
    }
}
