package dev.tarn.engine.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/** Strings as Python has them: counted and cut in code points, with Python's idea of whitespace. */
final class Text {
    private Text() {}

    /** What str.isspace() says: bidirectional classes WS, B and S, and category Zs. */
    static boolean isSpace(int c) {
        return (c >= 0x09 && c <= 0x0d)
                || (c >= 0x1c && c <= 0x20)
                || c == 0x85
                || c == 0xa0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200a)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202f
                || c == 0x205f
                || c == 0x3000;
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    static String strip(String text) {
        return strip(text, Text::isSpace, true, true);
    }

    static String stripRight(String text) {
        return strip(text, Text::isSpace, false, true);
    }

    static String strip(String text, IntPredicate drop, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && drop.test(text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && from < to && drop.test(text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    /** Its characters, each a string. */
    static List<Object> characters(String text) {
        List<Object> out = new ArrayList<>(text.length());
        text.codePoints().forEach(c -> out.add(Character.toString(c)));
        return out;
    }

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return titleCase(text.codePointAt(0)) + lower(text.substring(first));
    }

    /** str.title(): every letter after a non-letter in title case. */
    static String title(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean inWord = false;
        for (int c : text.codePoints().toArray()) {
            out.append(inWord ? lower(Character.toString(c)) : titleCase(c));
            inWord = Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
        }
        return out.toString();
    }

    /** Full title mapping of one character: sharp s becomes Ss, as in Python. */
    private static String titleCase(int c) {
        int simple = Character.toTitleCase(c);
        String upper = upper(Character.toString(c));
        if (simple != c || upper.codePointCount(0, upper.length()) == 1) {
            return Character.toString(simple);
        }
        int first = upper.offsetByCodePoints(0, 1);
        return upper.substring(0, first) + lower(upper.substring(first));
    }
}
