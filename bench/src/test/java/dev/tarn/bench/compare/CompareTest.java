package dev.tarn.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Comparisons with commands that only look like builds. */
class CompareTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** A program that notes its words and prints {@code json}. */
    private Path program(String name, String json) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(
                file, "#!/bin/sh\necho \"$@\" >> " + folder.resolve("calls") + "\ncat <<'E'\n" + json + "\nE\n");
        file.toFile().setExecutable(true);
        return file;
    }

    private void build(String name, double decode, double prefill) throws IOException {
        program(name + "/tarn", """
                {"machine": {"cpu": "C", "cores": 2, "vector_bits": 256}, "results": [
                 {"test": "decode", "depth": 64, "attention": "dense", "tok_s": %s},
                 {"test": "prefill", "tokens": 8, "attention": "dense", "tok_s": %s}]}""".formatted(decode, prefill));
    }

    private int compare(String... more) {
        String[] args = new String[more.length + 2];
        args[0] = folder.resolve("new").toString();
        args[1] = folder.resolve("old").toString();
        System.arraycopy(more, 0, args, 2, more.length);
        return CompareBuilds.run(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), args);
    }

    @Test
    void compare_oneRowSlower_namesItAndFails() throws IOException {
        build("new", 80, 200);
        build("old", 100, 200);

        assertThat(compare("--rounds", "3", "--depth", "64")).isEqualTo(1);

        assertThat(out.toString(UTF_8))
                .contains("C, 2 cores, 256-bit vectors", "0.800", "1.000", "slower: decode 64 dense")
                .doesNotContain("slower: prefill");
        assertThat(Files.readAllLines(folder.resolve("calls")))
                .hasSize(6)
                .allMatch(line -> line.equals("bench --depth 64 --json --quiet"));
    }

    @Test
    void compare_sameSpeed_passes() throws IOException {
        build("new", 99, 200);
        build("old", 100, 198);

        assertThat(compare("--rounds", "2")).isZero();
    }

    @Test
    void compare_misuse_isOneLine() throws IOException {
        assertThat(compare()).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("is no build of Tarn").hasLineCount(1);
        build("new", 1, 1);
        program("old/tarn", "no json");
        assertThat(compare("--rounds", "1")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("printed no JSON");
        assertThat(compare("--what", "1")).isEqualTo(2);
        assertThat(compare("--rounds", "x")).isEqualTo(2);
    }

    @Test
    void peers_rowsUnderEachAttention_areComparedWithTheOneOfLlama() throws IOException {
        program("tarn/tarn", """
                {"machine": {"cpu": "C", "cores": 2, "vector_bits": 256}, "results": [
                 {"test": "decode", "depth": 64, "attention": "dense", "tok_s": 50},
                 {"test": "decode", "depth": 64, "attention": "dsa", "tok_s": 150}]}""");
        Path llama = program("llama-bench", "[{\"n_prompt\": 0, \"n_gen\": 32, \"n_depth\": 64, \"avg_ts\": 100.0}]");

        int code = ComparePeers.run(
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                "--llama-bench",
                llama.toString(),
                "--tarn",
                folder.resolve("tarn").toString(),
                "--model",
                "m.gguf",
                "--depth",
                "64",
                "--threads",
                "2",
                "--rounds",
                "2");

        assertThat(code).isZero();
        assertThat(out.toString(UTF_8)).contains("0.500", "1.500", "m.gguf");
        assertThat(Files.readAllLines(folder.resolve("calls")))
                .contains("-m m.gguf -t 2 -fa 1 -r 1 -o json -p 0 -n 32 -d 64");
    }

    @Test
    void ratio_quartiles_areThoseOfTheRounds() {
        Ratio ratio = Ratio.of(new double[] {1, 2, 3, 4, 5}, new double[] {1, 1, 1, 1, 1});

        assertThat(ratio).isEqualTo(new Ratio(3, 2, 4));
        assertThat(Ratio.quantile(new double[] {1, 2}, 0.5)).isCloseTo(1.5, within(1e-12));
        assertThat(new Ratio(0.9, 0.8, 0.95).isSlower(0.03)).isTrue();
        assertThat(new Ratio(0.9, 0.8, 0.98).isSlower(0.03)).isFalse();
    }
}
