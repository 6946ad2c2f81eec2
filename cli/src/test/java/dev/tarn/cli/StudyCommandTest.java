package dev.tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.cli.json.StableJson;
import dev.tarn.sim.replay.SimulatedPolicies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The study on a small setting, and the lab's other commands on its trace. */
class StudyCommandTest {
    @TempDir
    private Path folder;

    private String[] small(Path out) {
        String text =
                "study -q --prompts 1 --needles 2 --context 512 --attention dense,dsa:k=64 --trace-attention dsa:k=64"
                        + " --trace-context 256 --trace-steps 64 --out";
        return Stream.concat(Arrays.stream(text.split(" ")), Stream.of(out.toString()))
                .toArray(String[]::new);
    }

    @Test
    void study_runTwice_writesTheSameButForTimes() throws IOException {
        TestRun first = CommandRun.good(small(folder.resolve("a")));
        TestRun second = CommandRun.good(small(folder.resolve("b")));

        assertThat(first.err()).isEmpty();
        assertThat(first.out())
                .contains(
                        "Facts found", "dsa:k=64", "working_set", "lru hits", "report.html, study.json, trace.parquet");
        String json = Files.readString(folder.resolve("a/study.json"));
        assertThat(json).endsWith("}\n").doesNotEndWith("\n\n");
        assertThat(StableJson.violations(json)).isEmpty();
        assertThat(StableJson.differences(json, Files.readString(folder.resolve("b/study.json"))))
                .isEmpty();
        assertThat(second.code()).isZero();
        assertThat(folder.resolve("a").toFile().list())
                .containsExactlyInAnyOrder("study.json", "report.html", "trace.parquet");
        requireFields(JsonMapper.builder().build().readTree(json));
        requireReport(Files.readString(folder.resolve("a/report.html")));
        requireLab(folder.resolve("a/trace.parquet").toString());
    }

    private static void requireFields(JsonNode json) {
        assertThat(json.propertyNames())
                .contains(
                        "tarn", "model", "config", "machine", "results", "metrics", "layers", "simulation", "slowdown");
        assertThat(json.at("/config").has("out")).isFalse();
        assertThat(json.get("results")).hasSize(2);
        JsonNode dense = json.at("/results/0");
        assertThat(dense.get("attention").asString()).isEqualTo("dense");
        assertThat(dense.get("asked").asInt()).isEqualTo(2);
        assertThat(dense.get("right").asInt()).isEqualTo(2);
        assertThat(json.at("/results/1/kv_bytes_per_token").asDouble()).isEqualTo(8 * 64 * 512.0);
        assertThat(json.at("/cliff/entries").asInt()).isEqualTo(8 * 64);
        assertThat(json.get("layers")).hasSize(8);
        for (String metric : List.of(
                "working_set", "persistence", "lookback", "new_lookups", "inter_layer_overlap", "page_utilisation")) {
            assertThat(json.at("/metrics/" + metric + "/mean").isNumber())
                    .as(metric)
                    .isTrue();
        }
    }

    private static void requireReport(String html) {
        assertThat(html).startsWith("<!").contains("</html>");
        assertThat(html.toLowerCase(java.util.Locale.ROOT))
                .contains("heat", "overlap", "miss", "slowdown", "needle", "dsa:k=64");
        assertThat(html).doesNotContain("src=\"http").doesNotContain("href=\"http");
    }

    private void requireLab(String trace) {
        JsonNode analysis = CommandRun.json("analyze", "--json", "--trace", trace);
        assertThat(analysis.get("k").asDouble()).isEqualTo(64);
        assertThat(analysis.at("/metrics/working_set/mean").asDouble()).isGreaterThan(1);
        JsonNode replay = CommandRun.json(
                "simulate",
                "--json",
                "--trace",
                trace,
                "--capacity",
                "300,50%",
                "--granularity",
                "token,page:16",
                "--sharing",
                "unified,layer",
                "--slowdown");
        assertThat(replay.get("results")).hasSize(4 * 2 * 2 * 2);
        assertThat(replay.get("accesses_per_s").asDouble()).isPositive();
        for (JsonNode row : replay.get("results")) {
            assertThat(row.get("hits").asLong() + row.get("misses").asLong())
                    .isEqualTo(row.get("accesses").asLong());
        }
        Path report = folder.resolve("r.html");
        CommandRun.json("report", "-q", "--json", "--trace", trace, "--out", report.toString());
        assertThat(report).isNotEmptyFile();
        assertThat(CommandRun.good("analyze", "--trace", trace).out()).contains("inter_layer_overlap");
        assertThat(CommandRun.good("simulate", "--trace", trace).out()).contains("the cliff");
    }

    @Test
    void trace_command_writesWhatAnalyzeReads() {
        String file = folder.resolve("t.parquet").toString();

        JsonNode json = CommandRun.json(
                "trace", "-q", "--json", "--context", "100", "--steps", "8", "--attention", "dsa:k=16", "--out", file);

        assertThat(json.get("steps").asInt()).isEqualTo(8);
        assertThat(CommandRun.json("analyze", "--json", "--trace", file)
                        .get("batches")
                        .asInt())
                .isEqualTo(64);
    }

    @Test
    void simulate_everyPolicy_replaysATraceAndAsksForScoresWhereItNeedsThem() {
        String plain = folder.resolve("plain.parquet").toString();
        String scored = folder.resolve("scored.parquet").toString();
        String[] trace = {"trace", "-q", "--json", "--context", "100", "--steps", "8", "--attention", "dsa:k=16"};
        CommandRun.json(with(trace, "--out", plain));
        CommandRun.json(with(trace, "--trace-scores", "--out", scored));
        String all = String.join(",", SimulatedPolicies.names()) + ",2q:in=0.5,out=1,quota:score-priority";
        String[] simulate = {"simulate", "--json", "--capacity", "128", "--policy", all, "--trace"};

        assertThat(CommandRun.bad(1, with(simulate, plain)))
                .contains("no scores")
                .contains("--trace-scores");
        JsonNode json = CommandRun.json(with(simulate, scored));

        assertThat(json.get("results")).hasSize(SimulatedPolicies.names().size() + 2);
        assertThat(json.at("/results/14/policy").asString()).isEqualTo("2q:in=0.5,out=1");
        for (JsonNode row : json.get("results")) {
            assertThat(row.get("accesses").asLong()).isPositive();
        }
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    /** Before the first prompt is read: nothing but the line is printed, progress included. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | --policy zzz | unknown policy 'zzz'",
                "2 | --policy score-priority | not part of the study",
                "2 | --latency-ns 0 | latency is 0.0",
                "2 | --sequences 0 | sequences is 0",
                "2 | --resident-page 0 | page:0",
                "2 | --page 0 | --page is 0",
                "2 | --prompts 0 | 0 prompts",
                "2 | --needles 81 | 1 to 80 needles",
                "2 | --trace-steps 0 | at least 1",
                "2 | --attention bogus | unknown preset",
                "2 | --trace-source x | --trace-source",
                "1 | --context 9000 | do not fit the model's context of 8192",
                "1 | --context 50 | leaves no room",
                "1 | --trace-context 8000 | but the model's context holds 8192",
                "1 | --text none.txt | none.txt: cannot be read",
                "1 | --model none.gguf | there is no model none.gguf",
            })
    void study_thatCannotBeMade_isOneLineBeforeItBegins(int code, String options, String message) {
        String out = folder.resolve("s").toString();
        String[] args = Stream.concat(Arrays.stream(("study " + options + " --out").split(" ")), Stream.of(out))
                .toArray(String[]::new);

        assertThat(CommandRun.bad(code, args)).contains(message);
        assertThat(folder.resolve("s/study.json")).doesNotExist();
        assertThat(folder.resolve("s/trace.parquet")).doesNotExist();
    }

    @Test
    void trace_absentOrGarbage_isOneLine() throws IOException {
        Path garbage = Files.write(folder.resolve("g.parquet"), new byte[5000]);

        for (String command : List.of("analyze", "simulate", "report")) {
            assertThat(CommandRun.bad(2, command)).contains("--trace FILE is missing");
            assertThat(CommandRun.bad(
                            1, command, "-q", "--trace", folder.resolve("none").toString()))
                    .contains("no such file");
            assertThat(CommandRun.bad(1, command, "-q", "--trace", garbage.toString()))
                    .contains("g.parquet");
        }
        assertThat(Path.of("report.html")).doesNotExist();
        assertThat(CommandRun.bad(2, "simulate", "--trace", "x", "--policy", "zzz"))
                .contains("unknown policy");
        assertThat(CommandRun.bad(2, "simulate", "--trace", "x", "--mlp", "2")).contains("without --slowdown");
        assertThat(CommandRun.bad(1, "trace", "--out", folder.resolve("no/t").toString()))
                .contains("does not exist");
        assertThat(CommandRun.bad(2, "trace")).contains("--out FILE is missing");
    }
}
