package dev.tarn.cli.fetch;

import dev.tarn.cli.files.Cleanup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Python's package installer, as a process. */
final class Pip {
    private static final List<List<String>> USUAL =
            List.of(List.of("pip3"), List.of("pip"), List.of("python3", "-m", "pip"), List.of("python", "-m", "pip"));
    private static final int LOOK_MILLIS = 200;

    private final List<List<String>> candidates;
    private final Cleanup cleanup;

    /**
     * A pip among these commands.
     *
     * @param candidates commands to try, best first
     * @param cleanup ends a running pip with this process
     */
    Pip(List<List<String>> candidates, Cleanup cleanup) {
        this.candidates = candidates;
        this.cleanup = cleanup;
    }

    /** The pip that {@code named} names, or the one on the PATH where that is empty. */
    static Pip of(String named, Cleanup cleanup) {
        return new Pip(named.isEmpty() ? USUAL : List.of(List.of(named)), cleanup);
    }

    /**
     * Downloads one wheel, without what it depends on, into a folder. A wheel that is there already is not fetched again.
     *
     * @throws FetchException where there is no pip, or it fails: its last error
     */
    void download(String requirement, Path folder, FetchListener listener) throws IOException {
        List<String> command = new ArrayList<>(find());
        command.addAll(List.of("download", "--no-deps", "--no-input", "--disable-pip-version-check"));
        command.addAll(List.of("--progress-bar", "off", "--retries", "2", "--timeout", "20"));
        command.addAll(List.of("--only-binary", ":all:", "--dest", folder.toString(), requirement));
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        Path log = folder.resolve("pip.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("TMPDIR", temporary.toString());
        int code = run(builder, folder, listener);
        if (code != 0) {
            throw new FetchException("failed (" + lastError(log, code) + ")");
        }
    }

    private List<String> find() {
        for (List<String> candidate : candidates) {
            if (answers(candidate)) {
                return candidate;
            }
        }
        throw new FetchException("is not there (tried "
                + String.join(
                        ", ", candidates.stream().map(c -> String.join(" ", c)).toList())
                + "): install Python 3 with pip, or set TARN_PIP to it");
    }

    private static boolean answers(List<String> candidate) {
        List<String> command = new ArrayList<>(candidate);
        command.add("--version");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FetchException("was interrupted", e);
        }
    }

    private int run(ProcessBuilder builder, Path folder, FetchListener listener) throws IOException {
        Process process = builder.start();
        Runnable end = process::destroy;
        cleanup.add(end);
        try {
            process.getOutputStream().close();
            long before = largest(folder);
            long seen = 0;
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                long arrived = Math.max(seen, largest(folder.resolve("tmp")));
                listener.advance(arrived - seen);
                seen = arrived;
            }
            listener.advance(Math.max(0, largest(folder) - Math.max(before, seen)));
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new FetchException("was interrupted", e);
        } finally {
            cleanup.remove(end);
        }
    }

    /** Bytes of the largest file below a folder: the wheel that is arriving. */
    private static long largest(Path folder) {
        try (Stream<Path> below = Files.walk(folder)) {
            return below.mapToLong(Pip::size).max().orElse(0);
        } catch (IOException | UncheckedIOException e) {
            return 0; // pip took a folder away while it was looked at; the next look counts again
        }
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private static String lastError(Path log, int code) throws IOException {
        List<String> lines = new String(Files.readAllBytes(log), java.nio.charset.StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        return lines.stream()
                .filter(line -> line.startsWith("ERROR"))
                .reduce((_, last) -> last)
                .orElse(lines.isEmpty() ? "exit code " + code : lines.getLast())
                .strip();
    }
}
