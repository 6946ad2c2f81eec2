package dev.tarn.cli;

import static dev.tarn.cli.CommandRun.bad;
import static dev.tarn.cli.CommandRun.good;
import static dev.tarn.cli.CommandRun.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code tarn distill}, short: a few steps on short windows. */
class DistillCommandTest {
    private static final Path TEXT = Path.of(System.getProperty("tarn.home"), "text");

    @TempDir
    private Path folder;

    private String[] distill(Path out, String... more) {
        List<String> args =
                new ArrayList<>(List.of("distill", "--text", TEXT.toString(), "--out", out.toString(), "--steps", "4"));
        List<String> given = List.of(more);
        String[] small =
                "--contexts 256,512:2 --queries 32 --steps-per-window 2 --threads 2 --heads 2 --dim 16 --recent 16"
                        .split(" ");
        for (int i = 0; i < small.length; i += 2) {
            if (!given.contains(small[i])) {
                args.addAll(List.of(small[i], small[i + 1]));
            }
        }
        args.addAll(given);
        return args.toArray(String[]::new);
    }

    @Test
    void distill_fewSteps_writesAnIndexerThatInspectShowsAndRunUses() {
        Path out = folder.resolve("new.indexer.safetensors");

        JsonNode document = json(distill(out, "--json"));

        assertThat(document.path("steps").intValue()).isEqualTo(4);
        assertThat(document.path("layers")).hasSize(8);
        assertThat(document.path("operations").doubleValue()).isGreaterThan(1e9);
        assertThat(document.path("parameters").longValue()).isEqualTo(8 * (256 * (32 + 16 + 2) + 32));
        assertThat(document.path("report")).hasSize(2);
        assertThat(document.at("/report/1/context").intValue()).isEqualTo(512);
        assertThat(document.at("/report/1/results")).hasSize(4 * 5);
        assertThat(document.at("/report/1/results/0/layers")).hasSize(8);
        assertThat(document.has("full_report")).isFalse();
        assertThat(document.at("/config/seed").intValue()).isEqualTo(1);
        assertThat(folder.resolve("new.indexer.safetensors.checkpoint")).doesNotExist();

        JsonNode inspected = json("inspect", out.toString(), "--json");
        assertThat(inspected.path("index_heads").intValue()).isEqualTo(2);
        assertThat(inspected.at("/always_kept/recent").intValue()).isEqualTo(16);
        assertThat(inspected.path("dtype").stringValue()).isEqualTo("F16");
        assertThat(inspected.at("/training/steps").intValue()).isEqualTo(4);
        assertThat(inspected.at("/backbone/sha256").stringValue()).hasSize(64);
        assertThat(good("inspect", out.toString()).out())
                .contains("lightning indexer")
                .contains("8 of 8 layers");

        TestRun run = good(
                "run",
                "--indexer",
                out.toString(),
                "--attention",
                "dsa:k=32",
                "--prompt",
                "Hello",
                "--max-tokens",
                "3");
        assertThat(run.err()).doesNotContain("warning");
    }

    @Test
    void distill_sameOptionsTwice_givesTheSameBytesAndNumbers() throws IOException {
        Path first = folder.resolve("a.safetensors");
        Path second = folder.resolve("b.safetensors");

        JsonNode one = json(distill(first, "--json", "--seed", "5"));
        JsonNode two = json(distill(second, "--json", "--seed", "5"));

        assertThat(Files.readAllBytes(first)).isEqualTo(Files.readAllBytes(second));
        assertThat(one.path("report")).isEqualTo(two.path("report"));
        assertThat(one.path("layers")).isEqualTo(two.path("layers"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--dim 7 --rope-dims 3 | 2 | even number of rotated dimensions",
                "--contexts 256:x | 2 | --contexts has '256:x'",
                "--contexts 100 | 2 | none below 256",
                "--facts 2 | 2 | share of windows with facts is 2.0",
                "--queries 1 | 2 | at least one query for each window",
                "--minutes 0 | 2 | minutes is 0.0",
                "--recent 400 | 2 | shortest context must have room",
                "--resume | 1 | there is no checkpoint to resume"
            })
    void distill_usedWrongly_saysWhatToDo(String more, int code, String message) {
        List<String> args = new ArrayList<>(List.of(more.split(" ")));
        args.add("--quiet");

        assertThat(bad(code, distill(folder.resolve("c.safetensors"), args.toArray(String[]::new))))
                .contains(message);
    }

    @Test
    void distill_withoutTextOrOut_saysWhatIsMissing() {
        assertThat(bad(2, "distill", "--out", folder.resolve("d.safetensors").toString()))
                .contains("--text FILE|DIR is missing");
        assertThat(bad(2, "distill", "--text", TEXT.toString())).contains("--out FILE.safetensors is missing");
    }
}
