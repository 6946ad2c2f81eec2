package dev.tarn.study.tasks;

import dev.tarn.study.needle.Haystacks;
import dev.tarn.study.needle.NeedleGenerator;
import dev.tarn.study.text.TextSource;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The tasks by name. */
public final class Tasks {
    /** Words of a length that most tokenizers give few tokens. */
    private static final Pattern WORD = Pattern.compile("(?<![\\w'])[a-z]{4,8}(?![\\w'])");

    private static final List<String> NAMES = List.of("needle", "multineedle", "kv", "variables", "words", "frequent");

    private Tasks() {}

    /** The names of all tasks. */
    public static List<String> names() {
        return NAMES;
    }

    static Task of(String name, Haystacks haystacks, List<TextSource> texts) {
        NeedleGenerator needles = new NeedleGenerator(haystacks, true);
        return switch (name) {
            case "needle" -> new NeedleTask(needles);
            case "multineedle" -> new MultiNeedleTask(needles);
            case "kv" -> new KeyValueTask(haystacks, words(texts));
            case "variables" -> new VariablesTask(haystacks);
            case "words" -> new WordsTask(haystacks, words(texts));
            case "frequent" -> new FrequentTask(haystacks);
            default -> throw new IllegalArgumentException("unknown task " + name);
        };
    }

    /** The distinct lower-case words of the texts, in alphabetical order. */
    static List<String> words(List<TextSource> texts) {
        return texts.stream()
                .flatMap(text -> WORD.matcher(text.content()).results().map(MatchResult::group))
                .distinct()
                .sorted()
                .toList();
    }
}
