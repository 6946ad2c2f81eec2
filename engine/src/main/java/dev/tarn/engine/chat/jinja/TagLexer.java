package dev.tarn.engine.chat.jinja;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts the inside of one tag into names, literals and operators, up to its closing mark outside all brackets. */
final class TagLexer {
    private static final Pattern FLOAT =
            Pattern.compile("(?:\\d+_)*\\d+(?:(?:\\.(?:\\d+_)*\\d+)?[eE][+-]?(?:\\d+_)*\\d+|\\.(?:\\d+_)*\\d+)");
    private static final Pattern INTEGER =
            Pattern.compile("0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?\\d)*|0(?:_?0)*");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}\\p{M}_]+");
    private static final List<String> OPERATORS = List.of(
            "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
            "=", ".", ":", "|", ",", ";");

    private final String source;
    private final String close;
    private final Deque<Character> brackets = new ArrayDeque<>();
    private int at;

    /** Where the token that was just matched ends. */
    private int end;

    private int line;
    private char closingSign = ' ';

    TagLexer(String source, int at, int line, String close) {
        this.source = source;
        this.at = at;
        this.line = line;
        this.close = close;
    }

    /** Appends the tag's tokens; returns the position after its closing mark. */
    int into(List<Token> tokens) {
        while (at < source.length()) {
            if (brackets.isEmpty() && closes()) {
                return at;
            }
            if (Text.isSpace(source.charAt(at))) {
                line += source.charAt(at++) == '\n' ? 1 : 0;
            } else {
                tokens.add(next());
            }
        }
        throw new TemplateException(line, "the tag is never closed; add " + close);
    }

    /** The sign before the closing mark, or a blank. */
    char closingSign() {
        return closingSign;
    }

    private boolean closes() {
        char c = source.charAt(at);
        boolean signed = c == '-' || (c == '+' && close.equals("%}"));
        if (!source.startsWith(close, signed ? at + 1 : at)) {
            return false;
        }
        closingSign = signed ? c : ' ';
        at += close.length() + (signed ? 1 : 0);
        return true;
    }

    private Token next() {
        char c = source.charAt(at);
        if (c == '\'' || c == '"') {
            return string(c);
        }
        boolean afterDot = at > 0 && source.charAt(at - 1) == '.';
        if (!afterDot && matches(FLOAT)) {
            return token(Token.Kind.FLOAT);
        }
        if (matches(INTEGER)) {
            return token(Token.Kind.INTEGER);
        }
        if (matches(NAME)) {
            if (Character.isDigit(source.codePointAt(at))) {
                throw new TemplateException(line, "'" + source.substring(at, end) + "' is not a name");
            }
            return token(Token.Kind.NAME);
        }
        return operator(c);
    }

    private Token token(Token.Kind kind) {
        Token token = new Token(kind, source.substring(at, end), line);
        at = end;
        return token;
    }

    private boolean matches(Pattern pattern) {
        Matcher matcher = pattern.matcher(source).region(at, source.length());
        boolean found = matcher.lookingAt();
        end = found ? matcher.end() : at;
        return found;
    }

    private Token operator(char c) {
        for (String operator : OPERATORS) {
            if (source.startsWith(operator, at)) {
                balance(c);
                end = at + operator.length();
                return token(Token.Kind.OPERATOR);
            }
        }
        throw new TemplateException(line, "unexpected character '" + Character.toString(source.codePointAt(at)) + "'");
    }

    private void balance(char c) {
        switch (c) {
            case '(' -> brackets.push(')');
            case '[' -> brackets.push(']');
            case '{' -> brackets.push('}');
            case ')', ']', '}' -> {
                if (brackets.isEmpty() || brackets.pop() != c) {
                    throw new TemplateException(line, "unexpected '" + c + "'");
                }
            }
            default -> {}
        }
    }

    private Token string(char quote) {
        int startLine = line;
        int i = at + 1;
        while (i < source.length() && source.charAt(i) != quote) {
            line += source.charAt(i) == '\n' ? 1 : 0;
            i += source.charAt(i) == '\\' ? 2 : 1;
        }
        if (i >= source.length()) {
            throw new TemplateException(startLine, "the string is never closed; add " + quote);
        }
        String text = Escapes.decode(source.substring(at + 1, i), startLine);
        at = i + 1;
        return new Token(Token.Kind.STRING, text, startLine);
    }
}
