package dev.tarn.engine.chat.jinja;

/** Python's backslash escapes in a string literal; an unknown one stays as written. */
final class Escapes {
    private final String raw;
    private final int line;
    private final StringBuilder out = new StringBuilder();
    private int at;

    private Escapes(String raw, int line) {
        this.raw = raw;
        this.line = line;
    }

    static String decode(String raw, int line) {
        return raw.indexOf('\\') < 0 ? raw : new Escapes(raw, line).run();
    }

    private String run() {
        while (at < raw.length()) {
            char c = raw.charAt(at++);
            if (c == '\\' && at < raw.length()) {
                escape(raw.charAt(at++));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private void escape(char c) {
        switch (c) {
            case '\n' -> {}
            case '\\', '\'', '"' -> out.append(c);
            case 'a' -> out.append('\u0007');
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'v' -> out.append('\u000b');
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            case 'U' -> hex(8);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> octal();
            case 'N' -> named();
            default -> out.append('\\').append(c);
        }
    }

    private void hex(int digits) {
        int end = at + digits;
        if (end > raw.length() || !raw.substring(at, end).matches("[0-9a-fA-F]+")) {
            throw new TemplateException(
                    line, "the string has a broken escape; \\x, \\u and \\U take 2, 4 and 8 hex digits");
        }
        append(Long.parseLong(raw.substring(at, end), 16));
        at = end;
    }

    private void octal() {
        int start = at - 1;
        while (at < raw.length() && at < start + 3 && raw.charAt(at) >= '0' && raw.charAt(at) <= '7') {
            at++;
        }
        append(Long.parseLong(raw.substring(start, at), 8));
    }

    private void named() {
        int end = raw.indexOf('}', at);
        if (end < 0 || raw.charAt(at) != '{') {
            throw new TemplateException(line, "the string has a broken escape; \\N takes a {NAME}");
        }
        try {
            append(Character.codePointOf(raw.substring(at + 1, end)));
        } catch (IllegalArgumentException e) {
            throw new TemplateException(line, "no character is named '" + raw.substring(at + 1, end) + "'");
        }
        at = end + 1;
    }

    private void append(long codePoint) {
        if (codePoint > Character.MAX_CODE_POINT) {
            throw new TemplateException(line, "the string has an escape beyond U+10FFFF");
        }
        out.appendCodePoint((int) codePoint);
    }
}
