package dev.tarn.study.distill.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills the templates of {@code facts.txt} with words and numbers. Facts of one draw never answer the same question, so each
 * question has one answer.
 */
final class FactGenerator {
    private static final Pattern SLOT = Pattern.compile("\\{([^}]+)\\}");
    private static final int TRIES = 1000;

    private final Map<String, List<String>> slots = new HashMap<>();
    private final List<String[]> templates = new ArrayList<>();

    /** Reads the templates that travel with Tarn. */
    FactGenerator() {
        resource().lines().map(String::strip).forEach(this::read);
    }

    private static String resource() {
        try (var stream = FactGenerator.class.getResourceAsStream("facts.txt")) {
            if (stream == null) {
                throw new IllegalStateException("the jar holds no facts.txt; build it again");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(String line) {
        if (line.startsWith("slot ")) {
            int end = line.indexOf(line.contains(";") ? ';' : ':');
            String separator = line.charAt(end) == ';' ? "\\s*,\\s*" : "\\s+";
            slots.put(
                    line.substring(5, end),
                    List.of(line.substring(end + 1).strip().split(separator)));
        } else if (line.startsWith("fact ")) {
            String[] parts = line.substring(5).split("\\s*\\|\\s*", -1);
            if (parts.length != 4) {
                throw new IllegalStateException("facts.txt: '" + line + "' has " + parts.length + " parts, not 4");
            }
            templates.add(parts);
        } else if (!line.isEmpty() && !line.startsWith("#")) {
            throw new IllegalStateException("facts.txt: '" + line + "' is neither slot nor fact");
        }
    }

    /** How many templates there are. */
    int templates() {
        return templates.size();
    }

    /**
     * Draws facts with different questions.
     *
     * @param count how many
     * @param alike whether all come from one template, so that each looks like the others
     */
    List<Fact> draw(RandomGenerator random, int count, boolean alike) {
        int template = random.nextInt(templates.size());
        List<Fact> facts = new ArrayList<>();
        Set<String> questions = new HashSet<>();
        for (int i = 0; i < TRIES && facts.size() < count; i++) {
            Fact fact = fill(random, alike ? template : random.nextInt(templates.size()));
            if (questions.add(fact.question())) {
                facts.add(fact);
            }
        }
        return facts;
    }

    /** One fact of a template; a slot that occurs several times has one value. */
    Fact fill(RandomGenerator random, int template) {
        String[] parts = templates.get(template);
        Map<String, String> values = new HashMap<>();
        return new Fact(
                template,
                fill(random, parts[0], values),
                fill(random, parts[1], values),
                fill(random, parts[2], values),
                fill(random, parts[3], values));
    }

    private String fill(RandomGenerator random, String text, Map<String, String> values) {
        return SLOT.matcher(text)
                .replaceAll(match ->
                        Matcher.quoteReplacement(values.computeIfAbsent(match.group(1), slot -> value(random, slot))));
    }

    private String value(RandomGenerator random, String slot) {
        int dot = slot.indexOf('.');
        String name = dot < 0 ? slot : slot.substring(0, dot);
        if (name.startsWith("#")) {
            int smallest = (int) Math.pow(10, Integer.parseInt(name.substring(1)) - 1);
            return Integer.toString(smallest + random.nextInt(9 * smallest));
        }
        List<String> words = slots.get(name);
        if (words == null) {
            throw new IllegalStateException("facts.txt: no slot is called " + name);
        }
        return words.get(random.nextInt(words.size()));
    }
}
