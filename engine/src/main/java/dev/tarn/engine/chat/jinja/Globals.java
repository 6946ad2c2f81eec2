package dev.tarn.engine.chat.jinja;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The functions every template can call: Jinja2's range, dict and namespace, and transformers' two. */
final class Globals {
    private static final int MAX_RANGE = 100_000;

    private static final List<Builtin> FUNCTIONS = List.of(
            new Builtin(
                    "range", List.of("*"), (rt, none, a) -> range(rt, a.raw().positional())),
            new Builtin("dict", List.of("*"), (rt, none, a) -> dict(rt, a.raw())),
            new Builtin("namespace", List.of("*"), (rt, none, a) -> new Namespace(dict(rt, a.raw()))),
            new Builtin("raise_exception", List.of("message"), (rt, none, a) -> {
                throw new TemplateException(rt.printer().text(a.get("message")));
            }),
            new Builtin("strftime_now", List.of("format"), (rt, none, a) -> {
                String text = Strftime.format(a.text("format"), LocalDateTime.now(rt.clock()));
                rt.budget().grow(text.length());
                return text;
            }));

    private Globals() {}

    static Map<String, Object> values() {
        Map<String, Object> out = new LinkedHashMap<>();
        for (Builtin function : FUNCTIONS) {
            out.put(function.name(), new Method(None.NONE, function));
        }
        return out;
    }

    private static Range range(Rendering runtime, List<Object> a) {
        if (a.isEmpty() || a.size() > 3) {
            throw new TemplateException("range() takes 1 to 3 arguments but " + a.size() + " were given");
        }
        long start = a.size() == 1 ? 0 : Values.integer(a.get(0), "range() start");
        long stop = Values.integer(a.get(a.size() == 1 ? 0 : 1), "range() stop");
        long step = a.size() == 3 ? Values.integer(a.get(2), "range() step") : 1;
        if (step == 0) {
            throw new TemplateException("range() step must not be zero");
        }
        double count = Math.ceil(((double) stop - (double) start) / (double) step);
        if (count > MAX_RANGE) {
            throw new TemplateException("range() is too big: at most " + MAX_RANGE + " integers");
        }
        runtime.budget().grow((long) Math.max(count, 0));
        List<Object> items = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            items.add(start + i * step);
        }
        return new Range("range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")", items);
    }

    private static Map<Object, Object> dict(Rendering runtime, Arguments a) {
        Map<Object, Object> out = new LinkedHashMap<>();
        for (Object given : a.positional()) {
            if (given instanceof Map<?, ?> map) {
                map.forEach(out::put);
            } else {
                Values.iterate(runtime, given).forEach(pair -> put(runtime, out, pair));
            }
        }
        out.putAll(a.named());
        runtime.budget().grow(out.size());
        return out;
    }

    private static void put(Rendering runtime, Map<Object, Object> out, Object pair) {
        List<Object> entry = Values.iterate(runtime, pair);
        if (entry.size() != 2) {
            throw new TemplateException("dict() needs pairs, not " + entry.size() + " values");
        }
        out.put(Values.key(entry.get(0)), entry.get(1));
    }
}
