package dev.tarn.cli;

import dev.tarn.cli.failure.Failure;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Words for a command line that does not parse: picocli's message in our form, with what was perhaps meant and where to read. */
final class Misuse {
    private Misuse() {}

    static String describe(ParameterException exception) {
        var spec = exception.getCommandLine().getCommandSpec();
        boolean root = spec.parent() == null;
        var message = Failure.oneLine(message(exception));
        return (root ? "" : spec.name() + ": ")
                + decapitalised(message)
                + suggestion(exception)
                + "; see: tarn help"
                + (root ? "" : " " + spec.name());
    }

    /** Picocli's message, but where a converter of ours says what is wrong with a value, that. */
    private static @Nullable String message(ParameterException exception) {
        if (exception instanceof UnmatchedArgumentException unmatched && unmatched.isUnknownOption()) {
            // Without the arguments after it, which picocli names too although they may be its value.
            return "unknown option: '" + unmatched.getUnmatched().getFirst() + "'";
        }
        var cause = exception.getCause();
        if (cause == null || !Failure.isSpoken(cause)) {
            return exception.getMessage();
        }
        return switch (exception.getArgSpec()) {
            case OptionSpec option -> option.longestName() + ": " + cause.getMessage();
            case null, default -> cause.getMessage();
        };
    }

    private static String suggestion(ParameterException exception) {
        if (exception instanceof UnmatchedArgumentException unmatched
                && unmatched.isUnknownOption()
                && !unmatched.getSuggestions().isEmpty()) {
            return " (did you mean " + unmatched.getSuggestions().getFirst() + "?)";
        }
        return "";
    }

    private static String decapitalised(String message) {
        return message.isEmpty() ? message : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }
}
