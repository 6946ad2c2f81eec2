package dev.tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** tarn bench as a user runs it. */
class BenchCommandTest {
    @TempDir
    private Path folder;

    @Test
    void json_depthNamed_runsOnlyThatAndHasEveryField() {
        JsonNode document = CommandRun.json(
                "bench",
                "--json",
                "--quiet",
                "--threads",
                "1,2",
                "--depth",
                "64",
                "--attention",
                "dsa:k=16",
                "--repetitions",
                "2");

        assertThat(document.path("results")).hasSize(2);
        for (int i = 0; i < 2; i++) {
            JsonNode row = document.path("results").get(i);
            assertThat(row.path("test").stringValue()).isEqualTo("decode");
            assertThat(row.path("depth").intValue()).isEqualTo(64);
            assertThat(row.has("tokens")).isFalse();
            assertThat(row.path("attention").stringValue()).startsWith("dsa:k=16");
            assertThat(row.path("threads").intValue()).isEqualTo(i + 1);
            assertThat(row.path("repetitions").intValue()).isEqualTo(2);
            assertThat(row.path("tok_s").doubleValue()).isPositive();
            assertThat(row.path("sd").isNumber()).isTrue();
            assertThat(row.path("ceiling_tok_s").doubleValue()).isPositive();
            assertThat(row.path("split").propertyNames())
                    .containsExactlyInAnyOrder("matmul", "score", "select", "attend", "rest");
            assertThat(row.path("floor").propertyNames())
                    .containsExactlyInAnyOrder("weight_bytes", "index_bytes", "entry_bytes", "operations");
        }
        JsonNode ceilings = document.path("ceilings");
        for (String name : new String[] {"stream_gb_s", "fma_gflops", "int8_gops", "vector_bits"}) {
            assertThat(ceilings.path(name).doubleValue()).as(name).isPositive();
        }
        assertThat(document.at("/machine/cpu").isString()).isTrue();
        assertThat(document.at("/config/depth")).hasSize(1);
        assertThat(document.at("/config/prefill")).isEmpty();
    }

    @Test
    void table_prefillNamed_runsOnlyThatAndNamesTheCpu() {
        String out = CommandRun.good(
                        "bench", "--quiet", "--prefill", "16", "--attention", "dense", "--repetitions", "1")
                .out();

        assertThat(out).contains("prefill of", "GB/s read", "cores").doesNotContain("decode at");
    }

    @Test
    void makeModel_written_canBeInspectedAndMeasured() {
        String file = folder.resolve("m.gguf").toString();

        JsonNode made = CommandRun.json("bench", "--make-model", "Tiny-1M:Q4_0", "--out", file, "--json", "--quiet");
        assertThat(made.path("name").stringValue()).isEqualTo("random Tiny-1M Q4_0");
        assertThat(made.path("config").has("out")).isFalse();
        assertThat(CommandRun.json("inspect", file, "--json").path("context").intValue())
                .isEqualTo(1 << 20);
        JsonNode row = CommandRun.json(
                        "bench",
                        "--model",
                        file,
                        "--depth",
                        "40",
                        "--attention",
                        "dsa:k=32",
                        "--json",
                        "--quiet",
                        "--repetitions",
                        "1")
                .at("/results/0");
        assertThat(row.path("indexer").stringValue()).startsWith("random");
        assertThat(row.has("sd")).isFalse();
    }

    @Test
    void misuse_anyKind_isOneLineThatNamesWhatIsKnown() {
        String file = folder.resolve("m.gguf").toString();

        assertThat(CommandRun.bad(2, "bench", "--make-model", "GPT-5:Q4_0", "--out", file))
                .contains("no shape 'GPT-5'", "SmolLM2-135M");
        assertThat(CommandRun.bad(2, "bench", "--make-model", "LWM-7B:Q9", "--out", file))
                .contains("no type 'Q9'", "Q4_K_M");
        assertThat(CommandRun.bad(2, "bench", "--make-model", "LWM-7B:Q4_0")).contains("needs --out");
        assertThat(CommandRun.bad(2, "bench", "--out", file)).contains("--make-model");
        assertThat(CommandRun.bad(2, "bench", "--depth", "-1")).contains("depths of 0");
        assertThat(CommandRun.bad(2, "bench", "--tokens", "8")).contains("32 tokens or more");
        assertThat(CommandRun.bad(2, "bench", "--threads", "0")).contains("threads of 1 to 4096");
        assertThat(Files.exists(Path.of(file))).isFalse();
    }
}
