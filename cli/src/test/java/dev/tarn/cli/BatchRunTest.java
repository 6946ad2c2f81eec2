package dev.tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code tarn run --batch}. */
class BatchRunTest {
    private static final String ATTENTION = "dsa:k=24,sink=0,recent=0";
    private static final List<String> PROMPTS = List.of(
            "The secret number of Rome is 12345.\nWhat is the secret number of Rome?",
            "Once upon a time there was a rat",
            "The secret number of Oslo is 777.\nWhat is the secret number of Oslo?");

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("prompts.json");
        Files.writeString(file, JsonMapper.shared().writeValueAsString(PROMPTS));
    }

    private String[] batch(String... more) {
        String[] first = {
            "run", "--json", "--batch", "--prompt-file", file.toString(), "--max-tokens", "10", "--attention", ATTENTION
        };
        String[] args = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, args, first.length, more.length);
        return args;
    }

    private static JsonNode alone(int prompt) {
        return CommandRun.json(
                "run", "--json", "--prompt", PROMPTS.get(prompt), "--max-tokens", "10", "--attention", ATTENTION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--kv-reserve 300 --kv-policy arc",
                "--kv-reserve 200 --kv-sharing sequence --kv-slow file:DIR"
            })
    void prompts_answeredTogether_areAnsweredAsAlone(String flags) throws IOException {
        Path slow = Files.createDirectory(folder.resolve("slow"));
        String[] more = flags.isEmpty()
                ? new String[0]
                : flags.replace("DIR", slow.toString()).split(" ");

        JsonNode results = CommandRun.json(batch(more)).get("results");

        assertThat(results).hasSize(3);
        for (int i = 0; i < 3; i++) {
            JsonNode alone = alone(i);
            for (String field : new String[] {"text", "tokens", "prompt_tokens", "finish_reason"}) {
                assertThat(results.get(i).get(field)).as(field).isEqualTo(alone.get(field));
            }
        }
        assertThat(slow).isEmptyDirectory();
    }

    @Test
    void trace_ofABatch_replaysToWhatTheReservationCounted() {
        Path trace = folder.resolve("batch.parquet");
        JsonNode run = CommandRun.json(
                batch("--trace", trace.toString(), "--kv-reserve", "250", "--kv-policy", "fifo", "--ignore-end"));

        JsonNode replay = CommandRun.json(
                        "simulate", "--json", "--trace", trace.toString(), "--policy", "fifo", "--capacity", "250")
                .get("results")
                .get(0);

        assertThat(replay.get("hits")).isEqualTo(run.at("/kv/hits"));
        assertThat(replay.get("misses")).isEqualTo(run.at("/kv/misses"));
        assertThat(run.get("decode_tok_s").asDouble()).isPositive();
    }

    @Test
    void timeline_ofABatch_tellsSequencesApart() throws IOException {
        Path timeline = folder.resolve("timeline.json");
        CommandRun.json(batch("--kv-reserve", "64", "--kv-slow", "file:" + folder, "--timeline", timeline.toString()));

        Set<String> seen = new TreeSet<>();
        for (JsonNode event :
                JsonMapper.shared().readTree(Files.readString(timeline)).get("traceEvents")) {
            if (event.has("dur")) {
                seen.add(event.get("name").asString() + " "
                        + event.at("/args/sequence").asInt());
            }
        }

        assertThat(seen).contains("attend 0", "attend 1", "attend 2", "fetch 0", "fetch 1", "fetch 2");
    }

    @Test
    void prompt_thatFails_leavesTheOthersAnswered() throws IOException {
        Files.writeString(
                file,
                JsonMapper.shared().writeValueAsString(List.of(PROMPTS.get(0), "long ".repeat(9000), PROMPTS.get(2))));

        TestRun run = TestRun.of(Subcommands.all(), false, batch());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("tarn: 1 of 3 prompts failed; prompt 2: the sequence would have ");
        JsonNode results = JsonMapper.shared().readTree(run.out()).get("results");
        assertThat(results.get(0).get("tokens")).isEqualTo(alone(0).get("tokens"));
        assertThat(results.get(1).get("error").asString()).contains("context holds 8192");
        assertThat(results.get(2).get("tokens")).isEqualTo(alone(2).get("tokens"));
    }

    @Test
    void people_areShownEveryAnswerUnderItsNumber() {
        TestRun run = CommandRun.good("run", "--batch", "--prompt-file", file.toString(), "--max-tokens", "10");

        assertThat(run.out()).contains("[1] 12345\n").contains("[3] 777\n");
        assertThat(run.err()).contains("3 prompts, decoded together at ").contains("dense");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": 1}", "[1, null]", "[", "", "[]", "[[\"a\"]]"})
    void text_thatIsNoArrayOfPrompts_isRefused(String json) throws IOException {
        Files.writeString(file, json);

        assertThat(CommandRun.bad(2, "run", "--batch", "--prompt-file", file.toString()))
                .contains("--batch");
    }
}
