package dev.tarn.bench.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Options as {@code --name value}, and what stands between them. */
final class Arguments {
    private final Map<String, String> options = new LinkedHashMap<>();
    private final List<String> plain = new ArrayList<>();

    Arguments(List<String> known, String... words) {
        for (int i = 0; i < words.length; i++) {
            if (!words[i].startsWith("--")) {
                plain.add(words[i]);
            } else if (!known.contains(words[i]) || i + 1 == words.length) {
                throw new ComparisonException(
                        words[i] + (known.contains(words[i]) ? " needs a value" : " is unknown; known are " + known));
            } else {
                options.put(words[i], words[++i]);
            }
        }
    }

    List<String> plain() {
        return plain;
    }

    boolean has(String name) {
        return options.containsKey(name);
    }

    String text(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    int number(String name, int otherwise) {
        return numbers(name, Integer.toString(otherwise)).getFirst();
    }

    List<Integer> numbers(String name, String otherwise) {
        String value = text(name, otherwise);
        try {
            return value.isEmpty()
                    ? List.of()
                    : Arrays.stream(value.split(",", -1)).map(Integer::valueOf).toList();
        } catch (NumberFormatException e) {
            throw new ComparisonException(name + " is '" + value + "'; give whole numbers");
        }
    }

    /** Those of the named options that were given, as words. */
    List<String> passedOn(List<String> names) {
        List<String> words = new ArrayList<>();
        options.forEach((name, value) -> {
            if (names.contains(name)) {
                words.addAll(List.of(name, value));
            }
        });
        return words;
    }
}
