package dev.tarn.study.tasks;

import dev.tarn.study.needle.Haystacks;
import dev.tarn.study.needle.Needle;
import dev.tarn.study.needle.NeedlePrompt;
import dev.tarn.study.needle.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Chains of assignments in book text; the value of each chain's last variable is asked for (RULER's variable tracking, section 3.2,
 * which has four hops and asks for the names, an answer of many tokens: small models do neither). A question's depth is that of its chain's number.
 */
record VariablesTask(Haystacks haystacks) implements Task {
    private static final int CHAINS = 4;
    private static final int HOPS = 1;
    private static final int LETTERS = 5;

    @Override
    public String name() {
        return "variables";
    }

    @Override
    public NeedlePrompt prompt(int length, int index, long seed) {
        RandomGenerator random = Seeds.random(seed, index, length);
        Set<String> names = new HashSet<>();
        List<Statement> statements = new ArrayList<>();
        List<Needle> questions = new ArrayList<>();
        for (int chain = 0; chain < CHAINS; chain++) {
            double[] depths = random.doubles(HOPS + 1).sorted().toArray();
            String value = Integer.toString(10_000 + random.nextInt(90_000));
            String name = name(random, names);
            statements.add(new Statement(depths[0], "VAR " + name + " = " + value + "."));
            for (double depth : Arrays.copyOfRange(depths, 1, depths.length)) {
                String next = name(random, names);
                statements.add(new Statement(depth, "VAR " + next + " = VAR " + name + "."));
                name = next;
            }
            questions.add(haystacks.question(
                    depths[0], "What is the value of " + name + "?", "The value of " + name + " is", value));
        }
        return haystacks.plant(random, length, statements, questions);
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
