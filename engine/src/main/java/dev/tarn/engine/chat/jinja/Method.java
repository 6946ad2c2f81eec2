package dev.tarn.engine.chat.jinja;

/**
 * A built-in bound to the value before its dot.
 *
 * @param receiver that value
 * @param builtin what is called
 */
record Method(Object receiver, Builtin builtin) implements Callable {
    @Override
    public Object call(Rendering runtime, Arguments arguments) {
        return builtin.call(runtime, receiver, arguments);
    }

    @Override
    public String describe() {
        return "<built-in method " + builtin.name() + " of " + Values.typeName(receiver) + " object>";
    }
}
