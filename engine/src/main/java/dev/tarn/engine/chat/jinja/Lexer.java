package dev.tarn.engine.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into text and tags, with Jinja2's whitespace control under trim_blocks and lstrip_blocks: the newline after a
 * block tag or comment goes, blanks before one at the start of a line go, {@code -} strips all whitespace on its side and
 * {@code +} keeps it. One newline at the template's end goes too.
 */
final class Lexer {
    private static final Pattern RAW = Pattern.compile("\\{%[-+]?\\s*raw\\s*(?:-%\\}\\s*|%\\})");
    private static final Pattern END_RAW = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(?:\\+%\\}|-%\\}\\s*|%\\}\\n?)");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int counted;

    /** Whether what was last consumed ended in a newline. */
    private boolean lineStarting = true;

    Lexer(String source) {
        String text = source.replace("\r\n", "\n").replace('\r', '\n');
        this.source = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    List<Token> tokens() {
        while (at < source.length()) {
            int open = nextTag();
            if (open < 0) {
                data(source.substring(at));
                at = source.length();
            } else {
                tag(open);
            }
        }
        tokens.add(new Token(Token.Kind.EOF, "", lineAt(at)));
        return tokens;
    }

    private int nextTag() {
        for (int i = source.indexOf('{', at); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            if ("%{#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private void tag(int open) {
        char kind = source.charAt(open + 1);
        int body = open + 2;
        char sign = body < source.length() ? source.charAt(body) : ' ';
        data(leftStripped(source.substring(at, open), sign, kind == '{'));
        if (sign == '-' || sign == '+') {
            body++;
        }
        at = open;
        Matcher raw = RAW.matcher(source).region(open, source.length());
        if (kind == '%' && raw.lookingAt()) {
            raw(raw.end());
        } else if (kind == '#') {
            comment(body);
        } else {
            expressions(kind == '%', open, body);
        }
    }

    /** Text before a tag, as the tag's sign and lstrip_blocks leave it. */
    private String leftStripped(String text, char sign, boolean variable) {
        if (sign == '-') {
            return Text.stripRight(text);
        }
        if (sign != '+' && !variable) {
            int start = text.lastIndexOf('\n') + 1;
            if ((start > 0 || lineStarting) && Text.strip(text.substring(start)).isEmpty()) {
                return text.substring(0, start);
            }
        }
        return text;
    }

    private void raw(int begin) {
        Matcher end = END_RAW.matcher(source);
        if (!end.find(begin)) {
            throw new TemplateException(lineAt(at), "the raw block is never closed; add {% endraw %}");
        }
        consumed(begin);
        String sign = end.group(1);
        String text = source.substring(begin, end.start());
        data(leftStripped(text, sign.isEmpty() ? ' ' : sign.charAt(0), false));
        consumed(end.end());
    }

    private void comment(int body) {
        int close = source.indexOf("#}", body);
        if (close < 0) {
            throw new TemplateException(lineAt(at), "the comment is never closed; add #}");
        }
        char sign = close > body ? source.charAt(close - 1) : ' ';
        consumed(afterTag(close + 2, sign, true));
    }

    private void expressions(boolean block, int open, int body) {
        tokens.add(new Token(block ? Token.Kind.BLOCK_BEGIN : Token.Kind.VARIABLE_BEGIN, "", lineAt(open)));
        TagLexer inner = new TagLexer(source, body, lineAt(body), block ? "%}" : "}}");
        int close = inner.into(tokens);
        tokens.add(new Token(block ? Token.Kind.BLOCK_END : Token.Kind.VARIABLE_END, "", lineAt(close)));
        consumed(afterTag(close, inner.closingSign(), block));
    }

    /** Where text goes on after a tag that ended just before {@code close}. */
    private int afterTag(int close, char sign, boolean trimNewline) {
        int i = close;
        if (sign == '-') {
            while (i < source.length() && Text.isSpace(source.charAt(i))) {
                i++;
            }
        } else if (sign != '+' && trimNewline && i < source.length() && source.charAt(i) == '\n') {
            i++;
        }
        return i;
    }

    private void consumed(int end) {
        at = end;
        lineStarting = source.charAt(end - 1) == '\n';
    }

    private void data(String text) {
        if (!text.isEmpty()) {
            tokens.add(new Token(Token.Kind.DATA, text, lineAt(at)));
        }
    }

    private int lineAt(int position) {
        for (; counted < Math.min(position, source.length()); counted++) {
            if (source.charAt(counted) == '\n') {
                line++;
            }
        }
        return line;
    }
}
