package dev.tarn.study.text;

import dev.tarn.study.StudyException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A text as it lies on disk.
 *
 * @param name the file's name
 * @param content its characters
 */
public record TextSource(String name, String content) {
    /**
     * The text of a file, or the texts of a folder's .txt files in the order of their names.
     *
     * @throws StudyException where there is none, or one is not UTF-8
     */
    public static List<TextSource> read(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of(readFile(path));
        }
        List<Path> files = new ArrayList<>();
        try (Stream<Path> entries = Files.list(path)) {
            entries.filter(file -> file.toString().endsWith(".txt")).sorted().forEach(files::add);
        } catch (IOException e) {
            throw new StudyException(path + ": the folder cannot be read (" + e.getMessage() + ")", e);
        }
        if (files.isEmpty()) {
            throw new StudyException(path + ": the folder holds no .txt file; give a text file or a folder of them");
        }
        return files.stream().map(TextSource::readFile).toList();
    }

    private static TextSource readFile(Path file) {
        try {
            return new TextSource(file.getFileName().toString(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (CharacterCodingException e) {
            throw new StudyException(file + ": is not UTF-8 text; convert it first", e);
        } catch (IOException e) {
            throw new StudyException(file + ": cannot be read; give a text file or a folder of .txt files", e);
        }
    }
}
