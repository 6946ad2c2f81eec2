package dev.tarn.engine.tokenize;

import dev.tarn.engine.format.JsonFields;
import dev.tarn.engine.tokenize.RegexSplit.Behavior;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds the pre-tokenizer that the {@code pre_tokenizer} field of a tokenizer.json describes. */
final class PreTokenizerReader {
    private static final String PUNCTUATION = "[\\p{P}$+<=>^`|~]";

    private PreTokenizerReader() {}

    static PreTokenizer read(@Nullable JsonFields fields) {
        if (fields == null) {
            return PreTokenizer.NONE;
        }
        return switch (fields.string("type")) {
            case "Sequence" ->
                PreTokenizer.sequence(fields.objects("pretokenizers").stream()
                        .map(PreTokenizerReader::read)
                        .toList());
            case "Split" -> split(fields);
            case "ByteLevel" -> byteLevel(fields);
            case "Digits" -> digits(fields.bool("individual_digits", false));
            case "Punctuation" -> new RegexSplit(pattern(PUNCTUATION), behavior(fields, "Isolated"), false);
            case "Whitespace" -> new RegexSplit(pattern("\\w+|[^\\w\\s]+"), Behavior.REMOVED, true);
            case "WhitespaceSplit" -> new RegexSplit(pattern("\\s"), Behavior.REMOVED, false);
            case "Metaspace" -> metaspace(fields);
            default -> throw fields.error("type", "is \"" + fields.string("type") + "\", which is not supported");
        };
    }

    private static Pattern pattern(String regex) {
        return RegexSplit.compile(regex, "pre-tokenizer");
    }

    private static PreTokenizer split(JsonFields fields) {
        return new RegexSplit(PatternReader.read(fields), behavior(fields, null), fields.bool("invert", false));
    }

    private static Behavior behavior(JsonFields fields, @Nullable String otherwise) {
        var name = otherwise == null ? fields.string("behavior") : fields.string("behavior", otherwise);
        return switch (name) {
            case "Isolated" -> Behavior.ISOLATED;
            case "Removed" -> Behavior.REMOVED;
            case "MergedWithPrevious" -> Behavior.MERGED_WITH_PREVIOUS;
            case "MergedWithNext" -> Behavior.MERGED_WITH_NEXT;
            case "Contiguous" -> Behavior.CONTIGUOUS;
            default -> throw fields.error("behavior", "is \"" + name + "\", which is not supported");
        };
    }

    private static PreTokenizer digits(boolean individual) {
        return new RegexSplit(pattern("\\p{N}"), individual ? Behavior.ISOLATED : Behavior.CONTIGUOUS, false);
    }

    private static PreTokenizer byteLevel(JsonFields fields) {
        var steps = new ArrayList<PreTokenizer>();
        if (fields.bool("add_prefix_space", true)) {
            steps.add((text, first) -> List.of(text.startsWith(" ") ? text : " " + text));
        }
        if (fields.bool("use_regex", true)) {
            steps.add(NamedPreTokenizer.gpt2());
        }
        steps.add(PreTokenizer.bytes());
        return PreTokenizer.sequence(steps);
    }

    /** Spaces become marks, one may be put in front, and every mark begins a piece. */
    private static PreTokenizer metaspace(JsonFields fields) {
        var mark = fields.string("replacement", Detokenizer.SPACE_MARK);
        var scheme = fields.string("prepend_scheme", fields.bool("add_prefix_space", true) ? "always" : "never");
        if (!List.of("always", "first", "never").contains(scheme)) {
            throw fields.error("prepend_scheme", "is \"" + scheme + "\", expected always, first or never");
        }
        PreTokenizer marked = (text, first) -> {
            var spelled = text.replace(" ", mark);
            boolean wanted = scheme.equals("always") || (scheme.equals("first") && first);
            return List.of(wanted && !spelled.startsWith(mark) ? mark + spelled : spelled);
        };
        if (!fields.bool("split", true)) {
            return marked;
        }
        var split = new RegexSplit(Pattern.compile(mark, Pattern.LITERAL), Behavior.MERGED_WITH_NEXT, false);
        return PreTokenizer.sequence(List.of(marked, split));
    }
}
