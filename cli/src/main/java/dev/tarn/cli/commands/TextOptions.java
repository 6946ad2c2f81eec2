package dev.tarn.cli.commands;

import dev.tarn.engine.model.ModelLocator;
import dev.tarn.study.text.TextSource;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Texts to read. */
final class TextOptions {
    private static final Path EMBEDDED = Path.of("text");

    @Option(
            names = "--text",
            paramLabel = "FILE|DIR",
            description = "A text file or a folder of .txt files; by default the books that travel with Tarn.")
    @Nullable
    Path text;

    List<TextSource> read() {
        return TextSource.read(text == null ? ModelLocator.embedded(EMBEDDED) : text);
    }
}
