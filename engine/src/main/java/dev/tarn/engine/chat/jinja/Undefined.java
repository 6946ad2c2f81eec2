package dev.tarn.engine.chat.jinja;

/**
 * A name or field that does not exist: prints as nothing, is false and empty, and is an error in every other use
 * (Jinja2's default Undefined).
 *
 * @param reason what is missing, in the words of the error
 */
record Undefined(String reason) {
    TemplateException fault() {
        return new TemplateException(reason);
    }

    static Undefined name(String name) {
        return new Undefined("'" + name + "' is undefined");
    }
}
