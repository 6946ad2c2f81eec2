package dev.tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.cli.json.StableJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EvalCommandTest {
    @TempDir
    private Path folder;

    private static String[] args(String options, String... more) {
        return Stream.concat(Arrays.stream(("eval " + options).split(" ")), Arrays.stream(more))
                .toArray(String[]::new);
    }

    private static String text(String name) {
        return Path.of(System.getProperty("tarn.home"), "text", name).toString();
    }

    @Test
    void eval_overText_hasEveryFieldAndItsError() throws IOException {
        Path report = folder.resolve("r.html");
        JsonNode json = CommandRun.json(args(
                "-q --json --threads 1 --context 128 --windows 2 --attention dense,dsa:k=16 --report " + report
                        + " --text",
                text("Doyle_Hound_1902.txt"),
                text("Burnett_Garden_1911.txt")));
        assertThat(json.at("/config/text").toString())
                .isEqualTo("[\"Doyle_Hound_1902.txt\",\"Burnett_Garden_1911.txt\"]");
        assertThat(json.at("/config").has("report")).isFalse();
        assertThat(json.get("results")).hasSize(2);
        JsonNode dense = json.at("/results/0");
        JsonNode dsa = json.at("/results/1");
        assertThat(dsa.get("attention").asString()).isEqualTo("dsa:k=16,sink=4,recent=16,share=layer");
        assertThat(dsa.get("context").asInt()).isEqualTo(128);
        assertThat(dsa.get("windows").asInt()).isEqualTo(2);
        for (String field : List.of(
                "perplexity",
                "perplexity_second_half",
                "perplexity_ratio",
                "kl",
                "top1",
                "recall",
                "oracle_recall",
                "set_recall",
                "output_error")) {
            assertThat(dsa.get(field).isNumber()).as(field).isTrue();
            assertThat(dsa.get(field + "_se").isNumber()).as(field + "_se").isTrue();
        }
        assertThat(dense.get("perplexity_ratio").asDouble()).isEqualTo(1);
        assertThat(dense.get("recall").asDouble()).isEqualTo(1);
        assertThat(dsa.get("perplexity_ratio").asDouble())
                .isCloseTo(
                        dsa.get("perplexity").asDouble()
                                / dense.get("perplexity").asDouble(),
                        within(1e-9));
        assertThat(dsa.at("/budget/p95").asDouble()).isEqualTo(16);
        assertThat(dsa.at("/kv_bytes_per_token").asDouble())
                .isCloseTo(dsa.at("/budget/mean").asDouble() * 8 * 512, within(1e-6));
        assertThat(dsa.get("index_bytes_per_token").asDouble()).isPositive();
        assertThat(dsa.has("tasks")).isFalse();
        assertThat(dsa.has("psa")).isFalse();
        assertThat(Files.readString(report))
                .contains("Frontier at 128 tokens", "Mass lost by layer", "Budgets by layer", "dsa:k=16", "--windows");
    }

    @Test
    void eval_ofTasksAlone_readsNoText() {
        JsonNode json = CommandRun.json(
                args(
                        "-q --json --threads 1 --context 300 --tasks needle,words --items 3 --seed 4 --attention dsa:k=200,dense"));
        for (JsonNode row : json.get("results")) {
            assertThat(row.has("perplexity")).isFalse();
            assertThat(row.has("windows")).isFalse();
            assertThat(row.at("/tasks/needle/n").asInt()).isEqualTo(3);
            assertThat(row.at("/tasks/needle/right").asInt()).isEqualTo(3);
            assertThat(row.at("/tasks/needle/depths")).hasSize(5);
            assertThat(row.at("/tasks/words/n").asInt()).isEqualTo(3);
        }
    }

    @Test
    void eval_atEqualLoss_setsTheKnob() {
        JsonNode json = CommandRun.json(args(
                "-q --json --threads 1 --context 256 --windows 1 --attention dense,dsa:k=64 --equal-fidelity 0.95"));
        assertThat(json.get("equal_fidelity")).hasSize(2);
        JsonNode dense = json.at("/equal_fidelity/0");
        JsonNode dsa = json.at("/equal_fidelity/1");
        assertThat(dense.has("knob")).isFalse();
        assertThat(dense.get("reached").asBoolean()).isTrue();
        assertThat(dsa.get("knob").asString()).isEqualTo("k");
        assertThat(dsa.get("reached").asBoolean()).isTrue();
        assertThat(dsa.get("attention").asString())
                .startsWith("dsa:k=" + dsa.get("value").asInt() + ",");
        assertThat(dsa.get("perplexity_ratio").asDouble()).isLessThanOrEqualTo(1 / 0.95);
        assertThat(dsa.get("probes").size()).isBetween(1, 8);
        assertThat(dsa.get("bytes_per_token").asDouble())
                .isEqualTo(dsa.get("kv_bytes_per_token").asDouble()
                        + dsa.get("index_bytes_per_token").asDouble());
        assertThat(dsa.get("decode_tok_s").asDouble()).isPositive();
        assertThat(json.get("machine").has("cpu")).isTrue();
    }

    @Test
    void eval_atEqualAnswers_asksNeedlesByItself() {
        JsonNode json = CommandRun.json(
                args(
                        "-q --json --threads 1 --context 300 --items 4 --windows 1 --precision exact --attention window:k=64 --equal-needles 0.75"));
        JsonNode row = json.at("/equal_needles/0");
        int dense = row.get("dense_right").asInt();
        assertThat(dense).isBetween(2, 4);
        assertThat(row.get("n").asInt()).isEqualTo(4);
        assertThat(row.has("perplexity_ratio")).isFalse();
        assertThat(row.get("reached").asBoolean()).isEqualTo(row.get("right").asInt() >= 0.75 * dense);
    }

    /** What the command makes, specs read: budgets whose mean is k, and the masses that the prob rule asks for. */
    @Test
    void eval_makeBudgets_writesAFileThatSpecsTake() throws IOException {
        Path file = folder.resolve("layers.json");
        String options = "-q --json --threads 1 --context 256 --windows 1";
        JsonNode made = CommandRun.json(args(options + " --attention dsa:k=48 --make-budgets " + file));
        assertThat(made.at("/config/attention/0").asString()).startsWith("dsa:k=48,");
        assertThat(made.get("budgets")).hasSize(8);
        int sum = 0;
        for (int layer = 0; layer < 8; layer++) {
            sum += made.get("budgets").get(layer).asInt();
            assertThat(made.get("budgets").get(layer).asInt()).isBetween(12, 128);
            assertThat(made.get("masses").get(layer).asDouble()).isBetween(0.01, 1.0);
        }
        assertThat(sum).isEqualTo(8 * 48);
        assertThat(made.get("budgets").valueStream().map(JsonNode::asInt).distinct())
                .hasSizeGreaterThan(1);
        JsonNode json = CommandRun.json(args(
                options + " --attention dsa:budgets=" + file + ",marginal:tau=0.002,masses=" + file + ",dsa:k=48"));
        for (int layer = 0; layer < 8; layer++) {
            int budget = made.get("budgets").get(layer).asInt();
            assertThat(json.at("/results/0/layers/" + layer + "/spread/p95").asInt())
                    .isEqualTo(budget);
        }
        assertThat(json.at("/results/1/budget/mean").asDouble()).isBetween(2.0, 128.0);
        assertThat(json.at("/results/1/perplexity_ratio").asDouble()).isBetween(0.9, 2.0);
        assertThat(CommandRun.bad(1, args(options + " --attention quest:k=64 --make-budgets " + file)))
                .contains("no fixed budget of ranked tokens to share out");
        assertThat(CommandRun.bad(2, args(options + " --attention dsa,window --make-budgets " + file)))
                .contains("give one of each");
        assertThat(CommandRun.bad(1, args(options + " --attention dsa:k=200 --make-budgets " + file)))
                .contains("too short to measure budgets above 200");
    }

    /** As if the run had been killed: of its cells some are there, one is torn and one is another's. */
    @Test
    void eval_interrupted_goesOnToTheSameDocument() throws IOException {
        String options = "-q --json --threads 1 --context 300,320 --windows 2 --attention dense,dsa:k=16,window:k=16"
                + " --tasks needle --items 2 --text " + text("Doyle_Hound_1902.txt");
        String whole = CommandRun.good(args(options)).out();
        Path cells = folder.resolve("cells");
        String resumed = options + " --resume " + cells;
        assertThat(CommandRun.good(args(resumed)).out()).isEqualTo(whole);
        List<Path> files;
        try (Stream<Path> list = Files.list(cells)) {
            files = list.sorted().toList();
        }
        assertThat(files).hasSizeGreaterThan(10);
        for (int i = 0; i < files.size(); i += 3) {
            Files.delete(files.get(i));
        }
        Files.write(files.get(1), Arrays.copyOf(Files.readAllBytes(files.get(1)), 100));
        Files.copy(files.get(4), files.get(5), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        TestRun again = CommandRun.good(args(resumed));
        assertThat(again.out()).isEqualTo(whole);
        assertThat(again.err().lines()).hasSize(2).allMatch(line -> line.startsWith("tarn: eval: warning: "));
        TestRun complete = CommandRun.good(args(resumed));
        assertThat(complete.out()).isEqualTo(whole);
        assertThat(complete.err()).isEmpty();
        assertThat(StableJson.violations(whole)).isEmpty();
    }

    /**
     * Every part of the space at equal loss by text and by answers, with a report, twice: the second run finds all in the folder. Each
     * search makes at most eight probes, more read loses less among those that count, and dense is read once.
     */
    @Test
    void eval_everyKindOfAttentionAtEqualLoss_isSearchedReportedAndResumed() throws IOException {
        Path cells = folder.resolve("cells");
        Path report = folder.resolve("all.html");
        List<String> specs = List.of(
                "dense",
                "psa:rank=oracle,eps=0.9",
                "psa:eps=0.9",
                "psa-token:eps=0.9,wave=16",
                "marginal:mu=0.001,wave=16",
                "quest:k=128",
                "arkvale:k=128",
                "rank=cuboid-mean,unit=block:16,stop=k:128",
                "rank=lightning,unit=token,stop=k:64,within=quest:16:128");
        String[] all = args(
                "-q --json --threads 1 --context 256 --windows 1 --items 3 --equal-fidelity 0.9 --equal-needles 0.6"
                        + " --attention " + String.join(",", specs) + " --text "
                        + text("Doyle_Hound_1902.txt") + " --report " + report + " --resume " + cells);
        JsonNode json = CommandRun.json(all);
        for (String kind : List.of("equal_fidelity", "equal_needles")) {
            assertThat(json.get(kind)).as(kind).hasSize(specs.size());
            for (JsonNode row : json.get(kind)) {
                String attention = kind + ": " + row.get("attention").asString();
                assertThat(row.get("probes").size()).as(attention).isLessThanOrEqualTo(8);
                assertThat(row.get("reached").asBoolean()).as(attention).isTrue();
                assertThat(row.get("entries").asDouble()).as(attention).isBetween(1.0, 256.0);
            }
        }
        for (JsonNode row : json.get("equal_fidelity")) {
            assertThat(row.get("perplexity_ratio").asDouble()).isLessThanOrEqualTo(1 / 0.9);
        }
        for (int i = 0; i < specs.size(); i++) {
            JsonNode psa = json.at("/results/" + i + "/psa");
            assertThat(psa.isMissingNode())
                    .as(specs.get(i))
                    .isEqualTo(!specs.get(i).contains("eps="));
            if (!psa.isMissingNode()) {
                assertThat(psa.get("heads").asInt()).isPositive();
                assertThat(psa.get("exceeds").asDouble()).isBetween(0.0, 1.0);
                assertThat(psa.get("p").asDouble()).isBetween(0.9, 1.0);
                assertThat(psa.get("mass").asDouble()).isBetween(0.3, 1.0);
            }
        }
        assertThat(Files.readString(report)).contains("P against", "Frontier at 256 tokens", "within=quest:16:128");
        assertThat(keys(cells).filter(key -> key.endsWith("|dense") && key.contains("|window ")))
                .hasSize(1);
        long before = keys(cells).count();
        JsonNode again = CommandRun.json(all);
        assertThat(again.get("results")).isEqualTo(json.get("results"));
        assertThat(keys(cells).count()).isEqualTo(before);
    }

    /** People see, for each ranking, how often PSA's bound was above the true mass; a spec without a bound shows nothing. */
    @Test
    void eval_printed_saysHowOftenPExceedsTheMass() {
        List<String> lines = CommandRun.good(
                        args(
                                "-q --threads 1 --context 192 --windows 1 --attention psa:rank=oracle,eps=0.8,psa:rank=quest,eps=0.8,quest:k=64"))
                .out()
                .lines()
                .dropWhile(line -> !line.contains("P > mass"))
                .toList();
        assertThat(lines.get(1)).contains("psa:rank=oracle,eps=0.8").endsWith(" %");
        assertThat(lines.get(2)).contains("psa:rank=quest,eps=0.8").endsWith(" %");
        assertThat(lines.get(3)).contains("quest:k=64").doesNotEndWith("%");
    }

    private static Stream<String> keys(Path cells) throws IOException {
        List<String> keys = new ArrayList<>();
        try (Stream<Path> files = Files.list(cells)) {
            for (Path file : files.toList()) {
                keys.add(JsonMapper.shared()
                        .readTree(Files.readAllBytes(file))
                        .get("key")
                        .asString());
            }
        }
        return keys.stream();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | --windows 0 | windows is 0; give 1 or more",
                "2 | --context 3 | context is 3; give 4 or more",
                "2 | --sample -1 | sample is -1",
                "2 | --attention bogus | unknown preset",
                "2 | --tasks needles | task 'needles' is unknown; known are needle, multineedle",
                "2 | --tasks kv --items 0 | items is 0",
                "2 | --equal-fidelity 1 | equal-fidelity is 1.0; give a share of dense above 0 and below 1",
                "2 | --equal-needles 1.5 | equal-needles is 1.5",
                "2 | --context 32 --equal-fidelity 0.9 | contexts of at least 64",
                "1 | --context 9000 | do not fit the model's context of 8192",
                "1 | --context 9000 --tasks needle | do not fit the model's context of 8192",
                "1 | --context 40 --tasks needle | leaves no room",
                "1 | --text none.txt | none.txt: cannot be read",
                "1 | --model none.gguf | there is no model none.gguf",
                "1 | --report none/r.html | does not exist",
            })
    void eval_thatCannotBeMade_isOneLineBeforeItBegins(int code, String options, String message) {
        assertThat(CommandRun.bad(code, args(options))).contains(message);
    }
}
