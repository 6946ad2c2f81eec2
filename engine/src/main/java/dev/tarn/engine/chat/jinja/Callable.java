package dev.tarn.engine.chat.jinja;

/** A value that a template can call: a macro, a method bound to its receiver, or a global function. */
interface Callable {
    Object call(Rendering runtime, Arguments arguments);

    /** How it prints; Python would show an address, which no template depends on. */
    String describe();
}
