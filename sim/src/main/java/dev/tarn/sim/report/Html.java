package dev.tarn.sim.report;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Plain text as HTML. Every string of a report passes through here on its way into the page. */
final class Html {
    private static final Pattern BLANK_LINE = Pattern.compile("\n\\s*\n");

    private Html() {}

    /** The text with every character escaped that means something in content or in a quoted attribute. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** The text as paragraphs, which blank lines part. */
    static String paragraphs(String text, String styleClass) {
        return BLANK_LINE
                .splitAsStream(text.strip())
                .filter(paragraph -> !paragraph.isBlank())
                .map(paragraph -> "<p class=\"" + styleClass + "\">" + escape(paragraph.strip()) + "</p>\n")
                .collect(Collectors.joining());
    }
}
