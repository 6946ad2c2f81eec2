package dev.tarn.engine.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters that make text; each takes what is no text by its str(). */
final class TextFilters {
    private static final Pattern WORD = Pattern.compile("[-\\s({\\[<]+|[^-\\s({\\[<]+");
    private static final Pattern COUNTED = Pattern.compile("[\\p{L}\\p{N}_]+");

    static final Builtins TABLE = new Builtins()
            .add("upper", (rt, v, a) -> Text.upper(text(rt, v)))
            .add("lower", (rt, v, a) -> Text.lower(text(rt, v)))
            .add("title", (rt, v, a) -> title(text(rt, v)))
            .add("capitalize", (rt, v, a) -> Text.capitalize(text(rt, v)))
            .add("trim chars?", (rt, v, a) -> trim(text(rt, v), a))
            .add("string", (rt, v, a) -> text(rt, v))
            .add("safe", (rt, v, a) -> text(rt, v))
            .add("escape|e|forceescape", (rt, v, a) -> escape(rt, text(rt, v)))
            .add("replace old new count?", (rt, v, a) -> TextMethods.replace(rt, text(rt, v), asTexts(rt, a)))
            .add("format *", (rt, v, a) -> format(rt, text(rt, v), a.raw()))
            .add("indent width? first? blank?", TextFilters::indent)
            .add("center width?", (rt, v, a) -> center(rt, text(rt, v), a.integer("width", 80)))
            .add("truncate length? killwords? end? leeway?", TextFilters::truncate)
            .add(
                    "wordcount",
                    (rt, v, a) -> COUNTED.matcher(text(rt, v)).results().count())
            .add("tojson indent? ensure_ascii? separators? sort_keys?", JsonWriter::write);

    private TextFilters() {}

    private static String text(Rendering runtime, Object value) {
        String text = runtime.printer().text(value);
        runtime.budget().grow(text.length());
        return text;
    }

    private static Bound asTexts(Rendering runtime, Bound a) {
        var values = new java.util.LinkedHashMap<String, Object>(a.values());
        values.replaceAll((name, value) -> name.equals("count") ? value : text(runtime, value));
        return new Bound(a.function(), values, a.raw());
    }

    private static String trim(String text, Bound a) {
        return a.given("chars") ? Text.strip(text, Values.anyOf(a.text("chars")), true, true) : Text.strip(text);
    }

    /** Unlike str.title(), keeps an apostrophe inside a word. */
    private static String title(String text) {
        StringBuilder out = new StringBuilder();
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            String part = word.group();
            int first = part.offsetByCodePoints(0, 1);
            out.append(Text.upper(part.substring(0, first))).append(Text.lower(part.substring(first)));
        }
        return out.toString();
    }

    private static String escape(Rendering runtime, String text) {
        String out = text.replace("&", "&amp;")
                .replace(">", "&gt;")
                .replace("<", "&lt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
        runtime.budget().grow(out.length());
        return out;
    }

    private static String format(Rendering runtime, String format, Arguments a) {
        if (!a.named().isEmpty() && a.size() > 0) {
            throw new TemplateException("format() takes values by place or by keyword, not both");
        }
        Object values = a.named().isEmpty()
                ? new Tuple(a.positional())
                : new java.util.LinkedHashMap<Object, Object>(a.named());
        return PercentFormat.format(runtime, format, values);
    }

    private static Object indent(Rendering runtime, Object value, Bound a) {
        Object width = a.get("width", 4L);
        String margin = width instanceof String s ? s : TextMethods.repeat(runtime, " ", a.integer("width", 4));
        boolean first = a.flag("first", false);
        boolean blank = a.flag("blank", false);
        List<String> out = new ArrayList<>();
        for (Object each : TextMethods.lines(text(runtime, value) + "\n", false)) {
            String line = (String) each;
            boolean indented = out.isEmpty() ? first : blank || !line.isEmpty();
            runtime.budget().grow(line.length() + (long) margin.length() + 1);
            out.add(indented ? margin + line : line);
        }
        return String.join("\n", out);
    }

    private static String center(Rendering runtime, String text, long width) {
        long missing = Math.max(0, width - Text.length(text));
        long left = missing / 2 + (missing & width & 1);
        return TextMethods.repeat(runtime, " ", left) + text + TextMethods.repeat(runtime, " ", missing - left);
    }

    private static Object truncate(Rendering runtime, Object value, Bound a) {
        String text = text(runtime, value);
        String end = a.text("end", "...");
        long length = a.integer("length", 255);
        if (length < Text.length(end)) {
            throw new TemplateException("truncate() expects length >= " + Text.length(end) + ", got " + length);
        }
        if (Text.length(text) <= length + (a.given("leeway") ? a.integer("leeway", 5) : 5)) {
            return text;
        }
        String kept = text.substring(0, text.offsetByCodePoints(0, (int) (length - Text.length(end))));
        int space = kept.lastIndexOf(' ');
        return (a.flag("killwords", false) || space < 0 ? kept : kept.substring(0, space)) + end;
    }
}
