package dev.tarn.cli.commands;

import dev.tarn.engine.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How long starts of the whole program take, launcher and JVM included, until the first token is written.
 *
 * @param medianS median, in seconds
 * @param runsS every start, in their order
 */
record StartTimes(double medianS, List<Double> runsS) {
    private static final List<String> REQUEST = List.of("--prompt", "Who are you?", "--max-tokens", "1");

    /**
     * Starts {@code launcher run} with a model, one start after the other.
     *
     * @throws EngineException where a start fails or answers nothing
     */
    static StartTimes measure(Path launcher, String model, int starts) {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < starts; i++) {
            seconds.add(start(launcher, model));
        }
        double[] sorted =
                seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new StartTimes((sorted[(starts - 1) / 2] + sorted[starts / 2]) / 2, List.copyOf(seconds));
    }

    private static double start(Path launcher, String model) {
        List<String> command = new ArrayList<>(List.of(launcher.toString(), "run", "--model", model));
        command.addAll(REQUEST);
        long begin = System.nanoTime();
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (InputStream out = process.getInputStream()) {
                boolean answered = out.read() >= 0;
                double seconds = (System.nanoTime() - begin) * 1e-9;
                out.readAllBytes();
                int exit = process.waitFor();
                if (!answered || exit != 0) {
                    throw new EngineException(
                            launcher + " ended with exit code " + exit + ": run it by hand with " + REQUEST);
                }
                return seconds;
            }
        } catch (IOException e) {
            throw new EngineException(launcher + " cannot be started (" + e.getMessage() + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while a start was timed", e);
        }
    }
}
