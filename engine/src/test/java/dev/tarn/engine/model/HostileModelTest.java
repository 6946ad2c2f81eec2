package dev.tarn.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.PlainKernels;
import dev.tarn.engine.decode.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Models whose config.json or GGUF header was changed at random: each opens, or is refused in one line; none crashes or hangs. */
final class HostileModelTest {
    private static final List<String> FOLDERS = List.of(
            "llama",
            "llama31",
            "mistral_swa",
            "qwen2",
            "qwen3_moe",
            "smollm3",
            "gemma3",
            "deepseek_v32",
            "glm_moe_dsa");
    private static final List<String> VALUES = List.of(
            "0",
            "-1",
            "1",
            "3",
            "7",
            "2147483647",
            "-2147483648",
            "4294967296",
            "9223372036854775807",
            "1e308",
            "1e-308",
            "0.5",
            "null",
            "true",
            "false",
            "\"\"",
            "\"x\"",
            "[]",
            "{}",
            "[1]",
            "[-1]",
            "[\"x\"]",
            "1000000000",
            "65536");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private int opened;
    private int refused;

    /** Were every case refused, or none, the changes would not reach what they are meant to test. */
    @AfterEach
    void bothHappened() {
        assertThat(opened).isPositive();
        assertThat(refused).isPositive();
    }

    @Test
    void open_changedConfig_isRefusedInOneLineOrRuns() throws IOException {
        fuzzConfigs(360, 1);
    }

    @Test
    @Tag("nightly")
    void open_manyChangedConfigs_areRefusedInOneLineOrRun() throws IOException {
        fuzzConfigs(9000, 2);
    }

    @Test
    void open_changedGguf_isRefusedInOneLineOrRuns() throws IOException {
        fuzzGguf(140, 3);
    }

    @Test
    @Tag("nightly")
    void open_manyChangedGgufs_areRefusedInOneLineOrRun() throws IOException {
        fuzzGguf(1000, 4);
    }

    private void fuzzConfigs(int count, long seed) throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < count; i++) {
            Path golden = Golden.path(FOLDERS.get(i % FOLDERS.size()));
            ObjectNode config =
                    (ObjectNode) JsonMapper.shared().readTree(Files.readString(golden.resolve("config.json")));
            String change = change(config, random);
            Path model = Files.createDirectories(folder.resolve("m" + i));
            Files.writeString(model.resolve("config.json"), config.toString());
            Path weights = Files.createSymbolicLink(
                    model.resolve("model.safetensors"),
                    golden.resolve("model.safetensors").toAbsolutePath());
            open(model, "seed " + seed + ", case " + i + ", " + golden.getFileName() + ": " + change, true);
            // The folder's deletion warns of links out of it.
            Files.delete(weights);
        }
    }

    /** Replaces, or takes away, one field at any depth; returns what was done. */
    private static String change(ObjectNode config, RandomGenerator random) {
        ObjectNode node = config;
        while (true) {
            List<String> names = new ArrayList<>(node.propertyNames());
            String name = names.get(random.nextInt(names.size()));
            JsonNode value = node.get(name);
            if (value instanceof ObjectNode inner && !inner.isEmpty() && random.nextInt(4) != 0) {
                node = inner;
                continue;
            }
            String text = VALUES.get(random.nextInt(VALUES.size()));
            if (random.nextInt(8) == 0) {
                node.remove(name);
                return name + " removed";
            }
            node.set(name, JsonMapper.shared().readTree(text));
            return name + " = " + text;
        }
    }

    private void fuzzGguf(int count, long seed) throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] original = Files.readAllBytes(Golden.path("gguf/llama-Q2_K.gguf"));
        for (int i = 0; i < count; i++) {
            byte[] bytes = original.clone();
            int header = 24_000;
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                bytes[random.nextInt(random.nextInt(3) == 0 ? header : 1500)] = (byte) random.nextInt(256);
            }
            Path model = Files.write(folder.resolve("g.gguf"), bytes);
            open(model, "seed " + seed + ", case " + i, false);
        }
    }

    private static float[] run(Decoder decoder) {
        float[] logits = new float[decoder.architecture().vocabulary()];
        try (Sequence sequence =
                new Sequence(decoder, decoder.attention(decoder.defaultAttention(), SelectionListener.NONE))) {
            sequence.prefill(new int[] {5, 6, 7, 8, 9}, 0, _ -> {});
            sequence.decode(10);
            sequence.readLogits(logits);
        }
        return logits;
    }

    /**
     * Opens a model and runs a few tokens.
     *
     * @param sound whether the weights are those of a model, so that its logits are numbers
     */
    private void open(Path model, String what, boolean sound) {
        Assertions.assertTimeoutPreemptively(
                LIMIT,
                () -> {
                    try (ModelFile file = ModelFile.open(model);
                            CpuBackend backend = new CpuBackend(new PlainKernels(), 1);
                            Decoder decoder = new Decoder(file, backend, null)) {
                        float[] logits = run(decoder);
                        if (sound) {
                            assertThat(logits).as(what).doesNotContain(Float.NaN);
                        }
                        opened++;
                    } catch (EngineException e) {
                        assertThat(e.getMessage()).as(what).isNotBlank().doesNotContain("\n");
                        refused++;
                    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
                        throw new AssertionError(what, e);
                    }
                },
                what);
    }
}
