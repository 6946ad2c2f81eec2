package dev.tarn.engine.tokenize;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that are looked for in the text before anything else splits it: special tokens and those a vocabulary was
 * extended by. The leftmost match wins, the longest among those.
 */
final class AddedTokens {
    /**
     * One added token; the flags are tokenizer.json's.
     *
     * @param text what it looks like
     * @param special left as text unless special tokens are asked for
     * @param normalized matched after normalisation rather than before
     * @param singleWord matched only between characters that are not part of words
     * @param stripLeft takes the white space before it along
     * @param stripRight takes the white space after it along
     */
    record Added(
            int id,
            String text,
            boolean special,
            boolean normalized,
            boolean singleWord,
            boolean stripLeft,
            boolean stripRight) {}

    /** Receives the parts of a text in order. */
    interface Parts {
        void text(String text, boolean first);

        void token(int id);
    }

    private static final class Node {
        private final Map<Character, Node> children = new HashMap<>(2);
        private int added = -1;
    }

    private record Match(Added added, int end) {}

    private final List<Added> all;
    private final Node root = new Node();

    AddedTokens(List<Added> all) {
        this.all = List.copyOf(all);
        for (int i = 0; i < this.all.size(); i++) {
            insert(this.all.get(i).text(), i);
        }
    }

    private void insert(String text, int index) {
        if (text.isEmpty()) {
            return;
        }
        var node = root;
        for (int i = 0; i < text.length(); i++) {
            node = node.children.computeIfAbsent(text.charAt(i), c -> new Node());
        }
        node.added = index;
    }

    /** Cuts a text into added tokens and what lies between them. */
    void split(String text, boolean first, boolean parseSpecial, Parts parts) {
        int done = 0;
        int at = 0;
        while (at < text.length()) {
            var match = root.children.isEmpty() ? null : longestAt(text, at);
            if (match == null) {
                at++;
                continue;
            }
            int end = match.end;
            if (accepts(match.added, text, at, end, parseSpecial)) {
                int start = match.added.stripLeft ? Math.max(done, whitespaceBefore(text, at)) : at;
                end = match.added.stripRight ? whitespaceAfter(text, end) : end;
                emitText(text, done, start, first, parts);
                parts.token(match.added.id);
                done = end;
            }
            at = end;
        }
        emitText(text, done, text.length(), first, parts);
    }

    private static void emitText(String text, int from, int to, boolean first, Parts parts) {
        if (from < to) {
            parts.text(text.substring(from, to), first && from == 0);
        }
    }

    private @Nullable Match longestAt(String text, int at) {
        Match longest = null;
        var node = root.children.get(text.charAt(at));
        for (int end = at + 1; node != null; end++) {
            if (node.added >= 0) {
                longest = new Match(all.get(node.added), end);
            }
            node = end < text.length() ? node.children.get(text.charAt(end)) : null;
        }
        return longest;
    }

    private static boolean accepts(Added added, String text, int start, int end, boolean parseSpecial) {
        if (added.special && !parseSpecial) {
            return false;
        }
        boolean bounded = (start == 0 || !isWord(text.codePointBefore(start)))
                && (end == text.length() || !isWord(text.codePointAt(end)));
        return !added.singleWord || bounded;
    }

    private static boolean isWord(int c) {
        return Character.isLetterOrDigit(c)
                || c == '_'
                || switch (Character.getType(c)) {
                    case Character.NON_SPACING_MARK,
                            Character.ENCLOSING_MARK,
                            Character.COMBINING_SPACING_MARK,
                            Character.CONNECTOR_PUNCTUATION -> true;
                    default -> false;
                };
    }

    private static int whitespaceBefore(String text, int at) {
        while (at > 0 && isWhitespace(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private static int whitespaceAfter(String text, int at) {
        while (at < text.length() && isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Unicode's White_Space property, all of which lies in the basic plane. */
    private static boolean isWhitespace(char c) {
        return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r') || c == '\u0085';
    }
}
