package dev.tarn.engine.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;

/** The methods of Python's str. */
final class TextMethods {
    static final Builtins TABLE = new Builtins()
            .add("upper", (rt, s, a) -> Text.upper(self(rt, s)))
            .add("lower|casefold", (rt, s, a) -> Text.lower(self(rt, s)))
            .add("title", (rt, s, a) -> Text.title(self(rt, s)))
            .add("capitalize", (rt, s, a) -> Text.capitalize(self(rt, s)))
            .add("strip chars?", (rt, s, a) -> Text.strip(self(rt, s), dropped(a), true, true))
            .add("lstrip chars?", (rt, s, a) -> Text.strip(self(rt, s), dropped(a), true, false))
            .add("rstrip chars?", (rt, s, a) -> Text.strip(self(rt, s), dropped(a), false, true))
            .add("split sep? maxsplit?", (rt, s, a) -> split(rt, self(rt, s), a, false))
            .add("rsplit sep? maxsplit?", (rt, s, a) -> split(rt, self(rt, s), a, true))
            .add("splitlines keepends?", (rt, s, a) -> lines(self(rt, s), a.flag("keepends", false)))
            .add("partition sep", (rt, s, a) -> partition(self(rt, s), separator(a.text("sep"))))
            .add(
                    "startswith prefix start?",
                    (rt, s, a) -> affix(a.get("prefix"), from(self(rt, s), a), String::startsWith))
            .add("endswith suffix start?", (rt, s, a) -> affix(a.get("suffix"), from(self(rt, s), a), String::endsWith))
            .add("removeprefix prefix", (rt, s, a) -> removePrefix(self(rt, s), a.text("prefix")))
            .add("removesuffix suffix", (rt, s, a) -> removeSuffix(self(rt, s), a.text("suffix")))
            .add("replace old new count?", (rt, s, a) -> replace(rt, self(rt, s), a))
            .add("join iterable", (rt, s, a) -> join(rt, self(rt, s), Values.iterate(rt, a.get("iterable"))))
            .add("find sub start?", (rt, s, a) -> find(self(rt, s), a.text("sub"), a.integer("start", 0)))
            .add("rfind sub", (rt, s, a) -> position(self(rt, s), self(rt, s).lastIndexOf(a.text("sub"))))
            .add("index sub", (rt, s, a) -> index(self(rt, s), a.text("sub")))
            .add("count sub", (rt, s, a) -> count(self(rt, s), a.text("sub")))
            .add("format *", (rt, s, a) -> BraceFormat.format(rt, self(rt, s), a.raw()))
            .add("isdigit|isdecimal|isnumeric", (rt, s, a) -> all(self(rt, s), Character::isDigit))
            .add("isalpha", (rt, s, a) -> all(self(rt, s), Character::isLetter))
            .add("isalnum", (rt, s, a) -> all(self(rt, s), Character::isLetterOrDigit))
            .add("isspace", (rt, s, a) -> all(self(rt, s), Text::isSpace))
            .add(
                    "isupper",
                    (rt, s, a) -> cased(self(rt, s)) && Text.upper(self(rt, s)).equals(s))
            .add(
                    "islower",
                    (rt, s, a) -> cased(self(rt, s)) && Text.lower(self(rt, s)).equals(s))
            .add("zfill width", (rt, s, a) -> zeroFilled(rt, self(rt, s), a.integer("width", 0)))
            .add("ljust width fillchar?", (rt, s, a) -> self(rt, s) + fill(rt, s, a))
            .add("rjust width fillchar?", (rt, s, a) -> fill(rt, s, a) + self(rt, s));

    private TextMethods() {}

    private static String self(Rendering runtime, Object value) {
        String text = (String) value;
        runtime.budget().grow(text.length());
        return text;
    }

    private static IntPredicate dropped(Bound a) {
        return a.given("chars") ? Values.anyOf(a.text("chars")) : Text::isSpace;
    }

    private static String separator(String separator) {
        if (separator.isEmpty()) {
            throw new TemplateException("empty separator");
        }
        return separator;
    }

    private static List<Object> split(Rendering runtime, String text, Bound a, boolean fromRight) {
        long most = a.integer("maxsplit", -1);
        int limit = most < 0 || most > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) most;
        List<Object> parts = a.given("sep")
                ? (fromRight
                        ? splitRight(text, separator(a.text("sep")), limit)
                        : splitAt(text, separator(a.text("sep")), limit))
                : (fromRight && limit < Integer.MAX_VALUE ? wordsRight(text, limit) : words(text, limit));
        runtime.budget().grow(parts.size());
        return parts;
    }

    private static List<Object> splitAt(String text, String separator, int limit) {
        List<Object> out = new ArrayList<>();
        int at = 0;
        for (int i = text.indexOf(separator); i >= 0 && out.size() < limit; i = text.indexOf(separator, at)) {
            out.add(text.substring(at, i));
            at = i + separator.length();
        }
        out.add(text.substring(at));
        return out;
    }

    private static List<Object> splitRight(String text, String separator, int limit) {
        List<Object> out = new ArrayList<>();
        int end = text.length();
        for (int i = text.lastIndexOf(separator); i >= 0 && out.size() < limit; ) {
            out.add(text.substring(i + separator.length(), end));
            end = i;
            i = i < separator.length() ? -1 : text.lastIndexOf(separator, i - separator.length());
        }
        out.add(text.substring(0, end));
        return out.reversed();
    }

    private static List<Object> words(String text, int limit) {
        List<Object> out = new ArrayList<>();
        int at = skip(text, 0, true);
        while (at < text.length()) {
            int end = out.size() < limit ? skip(text, at, false) : text.length();
            out.add(text.substring(at, end));
            at = skip(text, end, true);
        }
        return out;
    }

    private static List<Object> wordsRight(String text, int limit) {
        List<Object> all = words(text, Integer.MAX_VALUE);
        if (all.size() <= limit) {
            return all;
        }
        String rest = Text.stripRight(text);
        List<Object> tail = all.subList(all.size() - limit, all.size());
        for (Object word : tail.reversed()) {
            rest = Text.stripRight(rest.substring(0, rest.length() - ((String) word).length()));
        }
        List<Object> out = new ArrayList<>(List.of(rest));
        out.addAll(tail);
        return out;
    }

    private static int skip(String text, int from, boolean spaces) {
        int i = from;
        while (i < text.length() && Text.isSpace(text.charAt(i)) == spaces) {
            i++;
        }
        return i;
    }

    static List<Object> lines(String text, boolean keepEnds) {
        List<Object> out = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if ("\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029".indexOf(text.charAt(i)) < 0) {
                continue;
            }
            int end = i;
            i += text.startsWith("\r\n", i) ? 1 : 0;
            out.add(text.substring(start, keepEnds ? i + 1 : end));
            start = i + 1;
        }
        if (start < text.length()) {
            out.add(text.substring(start));
        }
        return out;
    }

    private static Tuple partition(String text, String separator) {
        int i = text.indexOf(separator);
        return i < 0
                ? Tuple.of(text, "", "")
                : Tuple.of(text.substring(0, i), separator, text.substring(i + separator.length()));
    }

    private static String from(String text, Bound a) {
        long start = a.integer("start", 0);
        int length = Text.length(text);
        long clamped = Math.clamp(start < 0 ? start + length : start, 0, length);
        return text.substring(text.offsetByCodePoints(0, (int) clamped));
    }

    private static boolean affix(Object affix, String text, BiPredicate<String, String> holds) {
        if (affix instanceof Tuple tuple) {
            return tuple.items().stream().anyMatch(each -> holds.test(text, Values.text(each, "an affix")));
        }
        return holds.test(text, Values.text(affix, "an affix"));
    }

    private static String removePrefix(String text, String prefix) {
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }

    private static String removeSuffix(String text, String suffix) {
        return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
    }

    /** str.replace(old, new, count): an empty old matches between all characters. */
    static String replace(Rendering runtime, String text, Bound a) {
        String old = a.text("old");
        String fresh = a.text("new");
        long most = a.given("count") ? a.integer("count", -1) : -1;
        StringBuilder out = new StringBuilder();
        int at = 0;
        for (long done = 0; most < 0 || done < most; done++) {
            int i = text.indexOf(old, at);
            if (i < 0 || (old.isEmpty() && at >= text.length() && done > 0)) {
                break;
            }
            runtime.budget().grow(fresh.length() + 1L);
            out.append(text, at, i).append(fresh);
            at = i + old.length();
            if (old.isEmpty()) {
                int next = at < text.length() ? at + Character.charCount(text.codePointAt(at)) : at;
                out.append(text, at, next);
                at = next;
                if (next == text.length() && (most < 0 || done + 1 < most) && !text.isEmpty()) {
                    return out.append(fresh).toString();
                }
            }
        }
        return out.append(text.substring(at)).toString();
    }

    static String join(Rendering runtime, String separator, List<Object> items) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            String text = Values.text(items.get(i), "item " + i + " of join()");
            runtime.budget().grow(separator.length() + (long) text.length());
            out.append(i == 0 ? "" : separator).append(text);
        }
        return out.toString();
    }

    private static long position(String text, int utf16) {
        return utf16 < 0 ? -1 : text.codePointCount(0, utf16);
    }

    private static long find(String text, String part, long start) {
        int length = Text.length(text);
        if (start > length) {
            return -1;
        }
        int from = text.offsetByCodePoints(0, (int) Math.max(0, start < 0 ? start + length : start));
        return position(text, text.indexOf(part, from));
    }

    private static long index(String text, String part) {
        long found = find(text, part, 0);
        if (found < 0) {
            throw new TemplateException("substring not found");
        }
        return found;
    }

    private static long count(String text, String part) {
        return part.isEmpty()
                ? Text.length(text) + 1L
                : splitAt(text, part, Integer.MAX_VALUE).size() - 1L;
    }

    private static boolean all(String text, IntPredicate predicate) {
        return !text.isEmpty() && text.codePoints().allMatch(predicate);
    }

    private static boolean cased(String text) {
        return text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
    }

    private static String zeroFilled(Rendering runtime, String text, long width) {
        String sign = text.startsWith("-") || text.startsWith("+") ? text.substring(0, 1) : "";
        return sign + repeat(runtime, "0", width - Text.length(text)) + text.substring(sign.length());
    }

    private static String fill(Rendering runtime, Object self, Bound a) {
        return repeat(runtime, a.text("fillchar", " "), a.integer("width", 0) - Text.length((String) self));
    }

    static String repeat(Rendering runtime, String text, long times) {
        long n = Math.clamp(times, 0, Integer.MAX_VALUE);
        runtime.budget().grow(n * text.length());
        return text.repeat((int) n);
    }
}
