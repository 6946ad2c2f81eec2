package dev.tarn.engine.chat.jinja;

import java.util.List;

/** The variable {@code loop} inside a for. */
final class LoopState {
    private final List<Object> items;
    private int index;
    private Object lastChecked = Undefined.name("changed");

    LoopState(List<Object> items) {
        this.items = items;
    }

    void at(int index) {
        this.index = index;
    }

    Object field(String name) {
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) items.size() - index;
            case "revindex0" -> items.size() - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == items.size() - 1;
            case "length" -> (long) items.size();
            case "depth" -> 1L;
            case "depth0" -> 0L;
            case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("there is no previous item");
            case "nextitem" -> index + 1 < items.size() ? items.get(index + 1) : new Undefined("there is no next item");
            case "cycle" -> new Method(this, new Builtin("cycle", List.of("*"), (rt, self, a) -> cycle(a.raw())));
            case "changed" ->
                new Method(this, new Builtin("changed", List.of("*"), (rt, self, a) -> changed(rt, a.raw())));
            default -> new Undefined("'loop' has no attribute '" + name + "'");
        };
    }

    private Object cycle(Arguments arguments) {
        if (arguments.size() == 0) {
            throw new TemplateException("loop.cycle() needs items to cycle through");
        }
        return arguments.positional().get(index % arguments.size());
    }

    private Object changed(Rendering runtime, Arguments arguments) {
        Tuple now = new Tuple(arguments.positional());
        boolean changed = !runtime.comparison().equal(lastChecked, now);
        lastChecked = now;
        return changed;
    }
}
