package dev.tarn.engine.chat.jinja;

import java.util.List;

/** The tokens of a template with a place in them, and the bound on how deep a parser may nest. */
final class TokenStream {
    private static final int MAX_DEPTH = 100;

    private final List<Token> tokens;
    private int at;
    private int depth;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(at);
    }

    Token look() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = current();
        if (token.kind() != Token.Kind.EOF) {
            at++;
        }
        return token;
    }

    boolean skipName(String name) {
        boolean found = current().isName(name);
        if (found) {
            at++;
        }
        return found;
    }

    boolean skipOperator(String operator) {
        boolean found = current().isOperator(operator);
        if (found) {
            at++;
        }
        return found;
    }

    boolean atOperator(String operator) {
        return current().isOperator(operator);
    }

    Token expect(Token.Kind kind, String wanted) {
        if (current().kind() != kind) {
            throw unexpected(wanted);
        }
        return next();
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    /** How many tokens are behind. */
    int position() {
        return at;
    }

    /** Whether a name occurs between a position and here. */
    boolean namedSince(int position, String name) {
        return tokens.subList(position, at).stream().anyMatch(token -> token.isName(name));
    }

    TemplateException unexpected(String wanted) {
        return new TemplateException(
                current().line(),
                "expected " + wanted + " but found " + current().describe());
    }

    void enter() {
        if (++depth > MAX_DEPTH) {
            throw new TemplateException(current().line(), "the template nests deeper than " + MAX_DEPTH);
        }
    }

    void leave() {
        depth--;
    }
}
