package dev.tarn.engine.tokenize;

import dev.tarn.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Splits at the matches of a pattern. The patterns are written for Oniguruma, where {@code \s}, {@code \w} and
 * {@code \d} are Unicode classes and case folding is Unicode's; hence the flag.
 *
 * @param invert whether matches and the gaps between them change roles
 */
record RegexSplit(Pattern pattern, Behavior behavior, boolean invert) implements PreTokenizer {
    /** What becomes of the matches. */
    enum Behavior {
        /** They are pieces of their own. */
        ISOLATED,
        /** They vanish. */
        REMOVED,
        /** They end the piece before them. */
        MERGED_WITH_PREVIOUS,
        /** They begin the piece after them. */
        MERGED_WITH_NEXT,
        /** Neighbouring matches are one piece. */
        CONTIGUOUS
    }

    /** Compiles a pattern; {@code where} names it in the error if it is not one. */
    static Pattern compile(String regex, String where) {
        try {
            return Pattern.compile(javaSyntax(regex), Pattern.UNICODE_CHARACTER_CLASS);
        } catch (PatternSyntaxException malformed) {
            throw new EngineException(
                    where + ": not a regular expression: " + malformed.getDescription() + " near index "
                            + malformed.getIndex() + " of " + regex,
                    malformed);
        }
    }

    /** Scripts are {@code \p{Han}} in Oniguruma and {@code \p{IsHan}} in Java; categories are the same in both. */
    private static String javaSyntax(String regex) {
        return regex.replaceAll(
                "\\\\([pP])\\{(\\^?)(Han|Hiragana|Katakana|Hangul|Thai|Arabic|Cyrillic|Greek|Latin)\\}",
                "\\\\$1{$2Is$3}");
    }

    static RegexSplit isolated(String regex) {
        return new RegexSplit(compile(regex, "pre-tokenizer"), Behavior.ISOLATED, false);
    }

    @Override
    public List<String> split(String text, boolean first) {
        var pieces = new Pieces(behavior);
        try {
            var matcher = pattern.matcher(new BoundedText(text, pattern));
            int end = 0;
            while (matcher.find()) {
                between(pieces, text.substring(end, matcher.start()));
                matched(pieces, text.substring(matcher.start(), matcher.end()));
                end = matcher.end();
            }
            between(pieces, text.substring(end));
        } catch (StackOverflowError tooDeep) {
            throw new EngineException(
                    "pre-tokenizer pattern " + pattern + " recurses too deeply on this text", tooDeep);
        }
        return pieces.finish();
    }

    private void matched(Pieces pieces, String text) {
        if (invert) {
            pieces.gap(text);
        } else {
            pieces.match(text);
        }
    }

    private void between(Pieces pieces, String text) {
        if (invert && !text.isEmpty()) {
            pieces.match(text);
        } else if (!invert) {
            pieces.gap(text);
        }
    }

    /** Joins matches and gaps as the behaviour says. */
    private static final class Pieces {
        private final List<String> done = new ArrayList<>();
        private final Behavior behavior;
        private final StringBuilder open = new StringBuilder();
        private boolean afterMatch;

        Pieces(Behavior behavior) {
            this.behavior = behavior;
        }

        void gap(String text) {
            if (text.isEmpty()) {
                return;
            }
            if (behavior != Behavior.MERGED_WITH_NEXT) {
                close();
            }
            open.append(text);
            afterMatch = false;
        }

        void match(String text) {
            switch (behavior) {
                case ISOLATED, MERGED_WITH_NEXT -> close();
                case REMOVED -> {
                    close();
                    return;
                }
                case CONTIGUOUS -> {
                    if (!afterMatch) {
                        close();
                    }
                }
                case MERGED_WITH_PREVIOUS -> {}
            }
            open.append(text);
            if (behavior == Behavior.ISOLATED || behavior == Behavior.MERGED_WITH_PREVIOUS) {
                close();
            }
            afterMatch = true;
        }

        List<String> finish() {
            close();
            return done;
        }

        private void close() {
            if (!open.isEmpty()) {
                done.add(open.toString());
                open.setLength(0);
            }
        }
    }
}
