package dev.tarn.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** llama.cpp's llama-bench, flash attention on, as its users would run it for the same work. */
final class LlamaBench implements Contender {
    private final List<List<String>> commands = new ArrayList<>();

    /**
     * A binary that the user has installed.
     *
     * @param binary llama-bench
     * @param depths to decode at
     * @param prefills prompt lengths
     * @param tokens decoded in a run
     */
    LlamaBench(String binary, String model, int threads, List<Integer> depths, List<Integer> prefills, int tokens) {
        List<String> common =
                List.of(binary, "-m", model, "-t", Integer.toString(threads), "-fa", "1", "-r", "1", "-o", "json");
        if (!depths.isEmpty()) {
            commands.add(with(common, "-p", "0", "-n", Integer.toString(tokens), "-d", joined(depths)));
        }
        if (!prefills.isEmpty()) {
            commands.add(with(common, "-n", "0", "-p", joined(prefills)));
        }
    }

    private static List<String> with(List<String> common, String... more) {
        List<String> words = new ArrayList<>(common);
        words.addAll(List.of(more));
        return words;
    }

    private static String joined(List<Integer> numbers) {
        return numbers.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    @Override
    public String name() {
        return "llama.cpp";
    }

    @Override
    public Map<Row, Double> run() {
        Map<Row, Double> rates = new LinkedHashMap<>();
        for (List<String> words : commands) {
            rates.putAll(read(Command.json(words)));
        }
        return rates;
    }

    /** The rows of llama-bench's JSON: one object for each test. */
    static Map<Row, Double> read(JsonNode tests) {
        Map<Row, Double> rates = new LinkedHashMap<>();
        for (JsonNode test : tests) {
            int prompt = test.path("n_prompt").asInt();
            boolean decode = prompt == 0;
            int tokens = decode ? test.path("n_depth").asInt() : prompt;
            rates.put(
                    new Row(decode ? "decode" : "prefill", tokens, ""),
                    test.path("avg_ts").asDouble());
        }
        return rates;
    }
}
