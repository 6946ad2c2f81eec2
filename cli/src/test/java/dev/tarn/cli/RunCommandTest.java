package dev.tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.trace.TraceReader;
import dev.tarn.trace.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RunCommandTest {
    private static final String QUESTION = "The secret number of Rome is 12345.\nWhat is the secret number of Rome?";
    private static final Path TINY =
            Path.of(System.getProperty("tarn.home"), "models", "tiny", "tiny-reader-7m-q8_0.gguf");

    @TempDir
    private Path folder;

    @Test
    void json_ofAnAnswer_hasTheStableFieldsAndTheStreamedText() {
        JsonNode json = CommandRun.json("run", "--json", "--prompt", QUESTION, "--max-tokens", "12");
        TestRun streamed = CommandRun.good("run", "--prompt", QUESTION, "--max-tokens", "12");

        assertThat(json.get("text").asString()).isEqualTo(" 12345");
        assertThat(streamed.out()).isEqualTo(json.get("text").asString() + "\n");
        assertThat(streamed.err())
                .contains("prefill " + json.get("prompt_tokens").asInt() + " tokens at ");
        assertThat(json.get("finish_reason").asString()).isEqualTo("stop");
        assertThat(json.get("tokens")).hasSize(7);
        assertThat(json.get("prefill_tok_s").asDouble()).isPositive();
        assertThat(json.get("decode_tok_s").asDouble()).isPositive();
        assertThat(json.at("/model/sha256").asString()).hasSize(64);
        assertThat(json.at("/config/attention").asString()).isEqualTo("dense");
    }

    @Test
    void seed_decidesTheTokens_atAnyNumberOfThreads() {
        String[] args = {
            "run",
            "--json",
            "--raw",
            "--prompt",
            "It was",
            "--temperature",
            "0.8",
            "--top-k",
            "40",
            "--max-tokens",
            "16",
            "--attention",
            "dsa:k=8",
            "--seed",
            "7",
            "--threads"
        };

        JsonNode one = CommandRun.json(with(args, "1"));
        JsonNode two = CommandRun.json(with(args, "2"));
        args[14] = "8";
        JsonNode other = CommandRun.json(with(args, "2"));

        assertThat(two.get("tokens")).isEqualTo(one.get("tokens"));
        assertThat(other.get("tokens")).isNotEqualTo(one.get("tokens"));
    }

    private static String[] with(String[] args, String last) {
        String[] more = Arrays.copyOf(args, args.length + 1);
        more[args.length] = last;
        return more;
    }

    @Test
    void raw_parsesSpecialTokens_aMessageKeepsThemAsText() {
        String written = "<|user|>" + QUESTION + "<|assistant|>";

        JsonNode raw = CommandRun.json("run", "--json", "--raw", "--prompt", written, "--max-tokens", "8");
        JsonNode chat = CommandRun.json("run", "--json", "--prompt", QUESTION, "--max-tokens", "8");
        JsonNode text = CommandRun.json("run", "--json", "--prompt", written, "--max-tokens", "1");
        JsonNode noBos =
                CommandRun.json("run", "--json", "--raw", "--no-bos", "--prompt", written, "--max-tokens", "1");

        assertThat(raw.get("tokens")).isEqualTo(chat.get("tokens"));
        assertThat(raw.get("prompt_tokens")).isEqualTo(chat.get("prompt_tokens"));
        assertThat(noBos.get("prompt_tokens").asInt())
                .isEqualTo(raw.get("prompt_tokens").asInt() - 1);
        assertThat(text.get("prompt_tokens").asInt())
                .isGreaterThan(chat.get("prompt_tokens").asInt() + 4);
    }

    @Test
    void prompt_fromFileOrStandardInput_isTheSamePrompt() throws IOException {
        Path file = Files.writeString(folder.resolve("q.txt"), QUESTION);

        String answer = CommandRun.good("run", "--prompt", QUESTION).out();

        assertThat(CommandRun.good("run", "--prompt-file", file.toString()).out())
                .isEqualTo(answer);
        assertThat(CommandRun.piped(QUESTION, "run").out()).isEqualTo(answer);
    }

    /** Four sinks and two newest tokens: what reads no more than these cannot know the number's first digit. */
    @Test
    void sparseFrom_letsPromptTokensAttendSparsely() {
        String prompt = "It was a dark night. The secret number of Rome is 92345. And they slept."
                + "\nThe secret number of Rome is ";
        String[] args = {"run", "--raw", "--prompt", prompt, "--attention", "window:k=6", "--max-tokens", "1"};
        String[] sparse = Arrays.copyOf(args, args.length + 2);
        sparse[args.length] = "--sparse-from";
        sparse[args.length + 1] = "last:99";

        assertThat(CommandRun.good(args).out()).isEqualTo("9\n");
        assertThat(CommandRun.good(sparse).out()).isNotEqualTo("9\n");
    }

    @Test
    void trace_ofAnAnswer_hasARowForEachDecodeStepAndLayer() {
        Path file = folder.resolve("t.parquet");
        JsonNode json = CommandRun.json(
                "run", "--json", "--prompt", QUESTION, "--attention", "dsa:k=16", "--trace", file.toString());

        try (TraceReader reader = Traces.open(file)) {
            int steps = json.get("tokens").size() - 1;
            assertThat(reader.rows()).isEqualTo(8L * steps);
            IntStream.range(0, 8 * steps).mapToObj(_ -> reader.next()).forEach(row -> {
                assertThat(row.position()).isEqualTo(json.get("prompt_tokens").asInt() + row.step());
                assertThat(row.indices()).hasSize(16).isSorted();
            });
        }
        assertThat(folder.toFile().list()).containsExactly("t.parquet");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--attention bogus | unknown preset 'bogus'",
                "--attention dsa:k=0 | k is 0",
                "--attention dense,dsa | names 2 attentions",
                "--max-tokens -1 | max-tokens is -1",
                "--temperature -1 | temperature is -1.0",
                "--top-p 2 | top-p is 2.0",
                "--top-k -3 | top-k is -3",
                "--threads 0 | --threads is 0",
                "--threads 1000000 | --threads is 1000000; give 1 to 4096",
                "--sparse-from first:3 | write last:N",
                "--no-bos | --no-bos goes with --raw",
                "--trace-scores | --trace-scores goes with --trace",
                "--prompt-file x.txt | give one",
            })
    void option_wrong_isOneLineAndExitCode2(String options, String message) {
        String[] args = ("run --prompt hi " + options).split(" ");

        assertThat(CommandRun.bad(2, args)).contains(message);
    }

    @Test
    void prompt_emptyOrNoText_isOneLineAndExitCode2() {
        assertThat(CommandRun.bad(2, "run", "--prompt", " ")).contains("the prompt is empty");
        assertThat(CommandRun.piped("", "run"))
                .isEqualTo(new TestRun(2, "", "tarn: the prompt is empty; say something\n"));
        assertThat(CommandRun.piped(new byte[] {'a', (byte) 0xff}, "run"))
                .isEqualTo(new TestRun(2, "", "tarn: standard input is not UTF-8 text; convert it first\n"));
        assertThat(CommandRun.bad(2, "run", "--raw", "--no-bos", "--prompt", ""))
                .contains("the prompt is empty");
    }

    @Test
    void run_withRopeScale_saysSoInDocumentAndTrace() {
        Path file = folder.resolve("stretched.parquet");
        JsonNode json =
                CommandRun.json("run", "--json", "--prompt", QUESTION, "--rope-scale", "2", "--trace", file.toString());

        assertThat(json.at("/config/rope_scale").asDouble()).isEqualTo(2);
        try (TraceReader reader = Traces.open(file)) {
            assertThat(reader.metadata().more()).containsEntry("rope_scale", "2.0");
        }
        assertThat(CommandRun.bad(1, "run", "-q", "--prompt", "hi", "--rope-scale", "2", "--max-tokens", "17000"))
                .contains("17004 tokens, but the model's context holds 16384");
        assertThat(CommandRun.bad(1, "run", "-q", "--prompt", "hi", "--rope-scale", "0"))
                .contains("give 1 to 256");
    }

    @Test
    void run_thatFails_leavesNoTrace() {
        String trace = folder.resolve("t.parquet").toString();

        assertThat(CommandRun.bad(1, "run", "-q", "--prompt", "hi", "--max-tokens", "9000", "--trace", trace))
                .contains("9004 tokens, but the model's context holds 8192");
        assertThat(CommandRun.bad(
                        1,
                        "run",
                        "--prompt",
                        "hi",
                        "--trace",
                        folder.resolve("no/t.parquet").toString()))
                .contains("does not exist");
        assertThat(CommandRun.bad(
                        1,
                        "run",
                        "--prompt",
                        "hi",
                        "--model",
                        folder.resolve("m.gguf").toString()))
                .contains("there is no model");
        assertThat(folder.toFile().list()).isEmpty();
    }

    @ParameterizedTest(name = "{0} bytes of the model")
    @ValueSource(ints = {0, 3, 8, 24, 1000, 50_000, 400_000, 7_000_000, 7_950_239})
    void model_cutOff_isOneLineThatNamesTheFile(int length) throws IOException {
        Path cut = folder.resolve("cut.gguf");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(TINY), length));

        assertThat(CommandRun.bad(1, "run", "-q", "--prompt", "hi", "--model", cut.toString()))
                .contains("cut.gguf");
    }
}
