package dev.tarn.engine.chat.jinja;

/**
 * One token of a template.
 *
 * @param kind what it is
 * @param text its text; of a string literal, the string meant
 * @param line its line, from 1
 */
record Token(Kind kind, String text, int line) {

    /** What a token can be. */
    enum Kind {
        DATA,
        BLOCK_BEGIN,
        BLOCK_END,
        VARIABLE_BEGIN,
        VARIABLE_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        EOF
    }

    boolean isName(String name) {
        return kind == Kind.NAME && text.equals(name);
    }

    boolean isOperator(String operator) {
        return kind == Kind.OPERATOR && text.equals(operator);
    }

    String describe() {
        return switch (kind) {
            case BLOCK_BEGIN -> "'{%'";
            case BLOCK_END -> "'%}'";
            case VARIABLE_BEGIN -> "'{{'";
            case VARIABLE_END -> "'}}'";
            case DATA -> "text";
            case EOF -> "the end of the template";
            case STRING -> "a string";
            default -> "'" + text + "'";
        };
    }
}
