package dev.tarn.bench.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A build of Tarn: a checkout with its launcher, or a packed jar with its libraries beside it. */
final class Tarn implements Contender {
    private final String name;
    private final List<String> words;
    private String cpu = "";

    /**
     * A build.
     *
     * @param build folder of a checkout, or a tarn.jar
     * @param options of {@code tarn bench}
     */
    Tarn(String build, List<String> options) {
        this.name = build;
        this.words = new ArrayList<>(start(Path.of(build)));
        words.add("bench");
        words.addAll(options);
        words.addAll(List.of("--json", "--quiet"));
    }

    private static List<String> start(Path build) {
        Path launcher = build.resolve("tarn");
        if (Files.isExecutable(launcher)) {
            return List.of(launcher.toAbsolutePath().toString());
        }
        if (Files.isRegularFile(build) && build.toString().endsWith(".jar")) {
            Path home = build.toAbsolutePath().resolveSibling("../..").normalize();
            return List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--add-modules=jdk.incubator.vector",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-XX:+UseSerialGC",
                    "-Dtarn.home=" + home,
                    "-jar",
                    build.toString());
        }
        throw new ComparisonException(build + " is no build of Tarn; give a checkout or a tarn.jar");
    }

    @Override
    public String name() {
        return name;
    }

    /** The processor, once a run has said it. */
    String cpu() {
        return cpu;
    }

    @Override
    public Map<Row, Double> run() {
        JsonNode document = Command.json(words);
        cpu = document.at("/machine/cpu").asString() + ", "
                + document.at("/machine/cores").asInt() + " cores, "
                + document.at("/machine/vector_bits").asInt() + "-bit vectors";
        Map<Row, Double> rates = new LinkedHashMap<>();
        for (JsonNode row : document.path("results")) {
            boolean decode = row.path("test").asString().equals("decode");
            int tokens = row.path(decode ? "depth" : "tokens").asInt();
            rates.put(
                    new Row(
                            row.path("test").asString(),
                            tokens,
                            row.path("attention").asString()),
                    row.path("tok_s").asDouble());
        }
        return rates;
    }
}
