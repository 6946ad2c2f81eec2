package dev.tarn.cli.json;

import dev.tarn.cli.files.OutputFile;
import dev.tarn.cli.files.OutputFolder;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A command's options as {@code config} shows them: each under its long name in snake_case with the value it has after parsing,
 * defaults included. Left out are output paths, and options that change how results are shown but not what they are.
 */
public final class ResolvedOptions {
    private static final Set<Class<?>> OUTPUTS = Set.of(OutputFile.class, OutputFolder.class);
    private static final Set<String> SHOWING = Set.of("--json", "--quiet");

    private ResolvedOptions() {}

    /** The options and positional parameters of {@code command}, ordered by name. */
    public static Map<String, Object> of(CommandSpec command) {
        var resolved = new TreeMap<String, Object>();
        for (var option : command.options()) {
            if (!option.usageHelp() && !option.versionHelp() && !SHOWING.contains(option.longestName())) {
                add(resolved, name(option), option);
            }
        }
        for (var parameter : command.positionalParameters()) {
            add(resolved, name(parameter), parameter);
        }
        return resolved;
    }

    private static void add(Map<String, Object> resolved, String name, ArgSpec argument) {
        Object value = argument.getValue();
        if (value != null && !OUTPUTS.contains(argument.type())) {
            resolved.put(name, plain(value));
        }
    }

    private static String name(OptionSpec option) {
        return snakeCase(option.longestName().replaceFirst("^-+", ""));
    }

    private static String name(PositionalParamSpec parameter) {
        return snakeCase(parameter.paramLabel().replaceAll("[<>]", "").toLowerCase(Locale.ROOT));
    }

    private static String snakeCase(String name) {
        return name.replace('-', '_');
    }

    /** JSON's own kinds of values stay; anything else, a spec for instance, is shown as it writes itself. */
    private static Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Number number -> number;
            case Boolean bool -> bool;
            case Enum<?> constant -> constant;
            case Collection<?> many -> many.stream().map(ResolvedOptions::plain).toList();
            case int[] ids -> ids;
            case long[] ids -> ids;
            case Object[] many ->
                Arrays.stream(many).map(ResolvedOptions::plain).toList();
            default -> value.toString();
        };
    }
}
