package dev.tarn.cli.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The processor's name: from {@code /proc/cpuinfo} on Linux, from {@code sysctl} on macOS, else the architecture alone. */
final class CpuModel {
    /** Fields of cpuinfo that carry a name, best first: x86 and RISC-V, PowerPC, some ARM boards. */
    private static final List<String> NAMES = List.of("model name", "cpu", "uarch", "Hardware", "Model");

    private CpuModel() {}

    static String read() {
        return linux().or(CpuModel::mac).orElseGet(CpuModel::architecture);
    }

    /** The name in the text of a {@code /proc/cpuinfo}; ARM servers give only the numbers of implementer and part. */
    static Optional<String> fromCpuinfo(String text) {
        for (var name : NAMES) {
            var value = field(text, name);
            if (value.isPresent()) {
                return value;
            }
        }
        return field(text, "CPU implementer")
                .flatMap(implementer -> field(text, "CPU part")
                        .map(part -> "%s implementer %s part %s".formatted(architecture(), implementer, part)));
    }

    private static Optional<String> field(String text, String name) {
        return text.lines()
                .map(line -> line.split(":", 2))
                .filter(pair -> pair.length == 2 && pair[0].strip().equals(name))
                .map(pair -> pair[1].strip().replaceAll("\\s+", " "))
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    private static Optional<String> linux() {
        try {
            return fromCpuinfo(Files.readString(Path.of("/proc/cpuinfo"), UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> mac() {
        try {
            var process = new ProcessBuilder("sysctl", "-n", "machdep.cpu.brand_string")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var output = process.getInputStream()) {
                var name = new String(output.readAllBytes(), UTF_8).strip();
                boolean ended = process.waitFor(2, TimeUnit.SECONDS);
                return ended && process.exitValue() == 0 && !name.isEmpty() ? Optional.of(name) : Optional.empty();
            }
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static String architecture() {
        return System.getProperty("os.arch");
    }
}
