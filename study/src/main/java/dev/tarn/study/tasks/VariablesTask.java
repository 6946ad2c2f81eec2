package dev.tarn.study.tasks;

import dev.tarn.study.needle.Haystacks;
import dev.tarn.study.needle.Needle;
import dev.tarn.study.needle.NeedlePrompt;
import dev.tarn.study.needle.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Variable tracking (RULER, arXiv 2404.06654, section 3.2): chains of assignments in book text, each from a number through four hops,
 * every hop behind the one before. All variables with the value of one chain are asked for; the other chain distracts.
 */
record VariablesTask(Haystacks haystacks) implements Task {
    private static final int CHAINS = 2;
    private static final int HOPS = 4;
    private static final int LETTERS = 5;

    @Override
    public String name() {
        return "variables";
    }

    @Override
    public NeedlePrompt prompt(int length, int index, long seed) {
        RandomGenerator random = Seeds.random(seed, index, length);
        Set<String> taken = new HashSet<>();
        List<Statement> statements = new ArrayList<>();
        List<String> asked = List.of();
        String value = "";
        for (int chain = 0; chain < CHAINS; chain++) {
            value = Integer.toString(10_000 + 45_000 * chain + random.nextInt(45_000));
            asked = chain(random, value, taken, statements);
        }
        return haystacks.plant(random, length, statements, List.of(question(value, asked)));
    }

    /** Plants one chain; returns its variables. */
    private static List<String> chain(
            RandomGenerator random, String value, Set<String> taken, List<Statement> statements) {
        List<String> names = new ArrayList<>();
        String assigned = value;
        for (double depth : random.doubles(HOPS + 1).sorted().toArray()) {
            String name = name(random, taken);
            statements.add(new Statement(depth, "VAR " + name + " = " + assigned + "."));
            assigned = "VAR " + name;
            names.add(name);
        }
        return names;
    }

    private Needle question(String value, List<String> names) {
        return haystacks.names(
                "Find all variables that are assigned the value " + value + " in the text above.",
                "According to the chain of variable assignment in the text above, " + names.size()
                        + " variables are assigned the value " + value + ", they are:",
                names);
    }

    private static String name(RandomGenerator random, Set<String> taken) {
        StringBuilder name = new StringBuilder();
        do {
            name.setLength(0);
            for (int i = 0; i < LETTERS; i++) {
                name.append((char) ('A' + random.nextInt(26)));
            }
        } while (!taken.add(name.toString()));
        return name.toString();
    }
}
