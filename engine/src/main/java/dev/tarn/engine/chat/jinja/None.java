package dev.tarn.engine.chat.jinja;

/** Python's None: a value of its own, so that Java's null never travels through an expression. */
enum None {
    NONE
}
