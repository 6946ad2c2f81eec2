package dev.tarn.engine.reserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tarn.engine.synthesis.RandomModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A context whose entries are larger than the heap and than all memory that the process may have decodes to its end over a file. */
@EnabledOnOs(OS.LINUX) // where a shell can limit private memory
class MemoryLimitTest {
    private static final int HEAP_MIB = 144;
    /** Of private memory, heap and the virtual machine's own included: as {@code ulimit -d} counts. */
    private static final int LIMIT_MIB = 300;

    @TempDir
    private Path folder;

    private record Outcome(int code, String out) {}

    private static Outcome run(boolean limited, Path... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (limited) {
            command.addAll(List.of("sh", "-c", "ulimit -d " + LIMIT_MIB * 1024 + "; exec \"$@\"", "sh"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx" + HEAP_MIB + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:ReservedCodeCacheSize=32m",
                "-Dtarn.kernels=plain",
                "-Dtarn.home=" + System.getProperty("tarn.home"),
                "-cp",
                System.getProperty("java.class.path"),
                LongContext.class.getName()));
        for (Path arg : args) {
            command.add(arg.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader out = process.inputReader()) {
            String text =
                    out.lines().filter(line -> !line.startsWith("WARNING")).collect(Collectors.joining("\n"));
            return new Outcome(process.waitFor(), text);
        }
    }

    @Test
    void context_largerThanTheProcessMayTake_decodesOverAFile() throws Exception {
        Path model = folder.resolve("model.gguf");
        RandomModel.parse("SmolLM2-135M:Q4_0", 1).write(model, _ -> {});
        Path slow = Files.createDirectory(folder.resolve("slow"));

        Outcome free = run(false, model);
        Outcome over = run(true, model, slow);
        Outcome refused = run(true, model);

        assertThat(free.code).as(free.out).isZero();
        long bytes = Long.parseLong(free.out.replaceAll(".*bytes ", ""));
        assertThat(bytes).isGreaterThan(LIMIT_MIB * 1024L * 1024);
        assertThat(over.code).as(over.out).isZero();
        assertThat(over.out).isEqualTo(free.out);
        assertThat(refused.code).as(refused.out).isNotZero();
        assertThat(slow).isEmptyDirectory();
    }
}
