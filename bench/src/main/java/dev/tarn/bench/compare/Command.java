package dev.tarn.bench.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A program that prints JSON on standard output; what it says on standard error is passed on. */
final class Command {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Command() {}

    /**
     * Runs a program to its end.
     *
     * @throws ComparisonException if it cannot be started, fails, or prints no JSON
     */
    static JsonNode json(List<String> words) {
        try {
            Process process = new ProcessBuilder(words)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new ComparisonException("'" + String.join(" ", words) + "' ended with exit code " + code);
            }
            return MAPPER.readTree(out);
        } catch (IOException e) {
            throw new ComparisonException("cannot run " + words.getFirst() + ": " + e.getMessage());
        } catch (tools.jackson.core.JacksonException e) {
            throw new ComparisonException(
                    "'" + String.join(" ", words) + "' printed no JSON: " + e.getOriginalMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted", e));
        }
    }
}
