package dev.tarn.cli.json;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What other programs may rely on in a document of {@code --json}: the fields every document has, names in snake_case, no null and
 * no NaN, and everything that depends on the clock where it can be told from the rest.
 */
public final class StableJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Pattern SNAKE_CASE = Pattern.compile("[a-z0-9]+(_[a-z0-9]+)*");
    private static final Pattern OF_THE_CLOCK = Pattern.compile(".*(tok_s|per_s|_seconds|_ms|_ns)");
    private static final Pattern SOUNDS_LIKE_THE_CLOCK = Pattern.compile(
            "(.*_)?(time|times|seconds|secs?|millis|ms|ns|elapsed|duration|took|started|finished|date|timestamp|speed|throughput)");

    private final List<String> violations = new ArrayList<>();
    private boolean timed;

    private StableJson() {}

    /** What is wrong with {@code document}, each with its path; empty where nothing is. */
    public static List<String> violations(String document) {
        var check = new StableJson();
        var root = MAPPER.readTree(document);
        for (var name : List.of("tarn", "config")) {
            if (!root.has(name)) {
                check.violations.add(name + ": missing");
            }
        }
        check.visit("", root, false);
        if (check.timed && !root.has("machine")) {
            check.violations.add("machine: missing beside measured time");
        }
        return check.violations;
    }

    /** The paths at which two runs of one command differ although they do not depend on the clock. */
    public static List<String> differences(String first, String second) {
        var paths = new ArrayList<String>();
        compare("", MAPPER.readTree(first), MAPPER.readTree(second), paths);
        return paths;
    }

    private void visit(String path, JsonNode node, boolean timing) {
        if (node.isNull()) {
            violations.add(path + ": null");
        } else if (node.isString() && List.of("NaN", "Infinity", "-Infinity").contains(node.stringValue())) {
            violations.add(path + ": " + node.stringValue());
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            visit(path + "[" + i + "]", node.get(i), timing);
        }
        node.properties().forEach(field -> visitField(path, field.getKey(), field.getValue(), timing));
    }

    private void visitField(String path, String name, JsonNode value, boolean timing) {
        var place = path.isEmpty() ? name : path + "." + name;
        if (!SNAKE_CASE.matcher(name).matches()) {
            violations.add(place + ": not in snake_case");
        }
        boolean config = place.startsWith("config.");
        boolean marked = isOfTheClock(name);
        timed |= marked && !config;
        if (!timing && !marked && !config && SOUNDS_LIKE_THE_CLOCK.matcher(name).matches()) {
            violations.add(place + ": depends on the clock; put it under timing or give it a suffix");
        }
        visit(place, value, timing || marked);
    }

    private static boolean isOfTheClock(String name) {
        return name.equals("timing") || OF_THE_CLOCK.matcher(name).matches();
    }

    private static void compare(String path, JsonNode first, JsonNode second, List<String> paths) {
        if (first.isObject() && second.isObject()) {
            var names = new TreeSet<>(first.propertyNames());
            names.addAll(second.propertyNames());
            for (var name : names) {
                if (!isOfTheClock(name)) {
                    compare(path.isEmpty() ? name : path + "." + name, first.path(name), second.path(name), paths);
                }
            }
        } else if (first.isArray() && second.isArray() && first.size() == second.size()) {
            for (int i = 0; i < first.size(); i++) {
                compare(path + "[" + i + "]", first.get(i), second.get(i), paths);
            }
        } else if (!first.equals(second)) {
            paths.add(path);
        }
    }
}
