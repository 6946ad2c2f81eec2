package dev.tarn.engine.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Filters that keep or change each item of a sequence: map, select, reject, selectattr and rejectattr. */
final class SelectionFilters {
    static final Builtins TABLE = new Builtins()
            .add("map *", (rt, v, a) -> map(rt, v, a.raw()))
            .add("select *", (rt, v, a) -> kept(rt, v, test(rt, a.raw())))
            .add("reject *", (rt, v, a) -> kept(rt, v, test(rt, a.raw()).negate()))
            .add("selectattr *", (rt, v, a) -> kept(rt, v, attributeTest(rt, a)))
            .add("rejectattr *", (rt, v, a) -> kept(rt, v, attributeTest(rt, a).negate()));

    private SelectionFilters() {}

    private static Generator map(Rendering runtime, Object value, Arguments a) {
        UnaryOperator<Object> change = change(runtime, a);
        List<Object> out = new ArrayList<>();
        for (Object item : Values.iterate(runtime, value)) {
            runtime.budget().step();
            runtime.budget().grow(1);
            out.add(change.apply(item));
        }
        return new Generator(out);
    }

    private static UnaryOperator<Object> change(Rendering runtime, Arguments a) {
        Map<String, Object> named = a.named();
        Object path = named.get("attribute");
        if (a.size() == 0 && path != null) {
            return item -> {
                Object found = Attributes.path(item, path);
                Object otherwise = named.get("default");
                return found instanceof Undefined && otherwise != null ? otherwise : found;
            };
        }
        if (a.size() == 0) {
            throw new TemplateException("map() needs the name of a filter, or attribute=");
        }
        String filter = Values.text(a.positional().get(0), "map() filter name");
        return item -> runtime.filter(filter, item, a.from(1));
    }

    private static Predicate<Object> test(Rendering runtime, Arguments a) {
        if (a.size() == 0) {
            return Values::truth;
        }
        String test = Values.text(a.positional().get(0), "test name");
        return item -> runtime.test(test, item, a.from(1));
    }

    private static Predicate<Object> attributeTest(Rendering runtime, Bound a) {
        if (a.raw().size() == 0) {
            throw new TemplateException(a.function() + "() needs the name of an attribute");
        }
        Object path = a.raw().positional().get(0);
        Predicate<Object> test = test(runtime, a.raw().from(1));
        return item -> test.test(Attributes.path(item, path));
    }

    private static Generator kept(Rendering runtime, Object value, Predicate<Object> test) {
        List<Object> out = new ArrayList<>();
        for (Object item : Values.iterate(runtime, value)) {
            runtime.budget().step();
            runtime.budget().grow(1);
            if (test.test(item)) {
                out.add(item);
            }
        }
        return new Generator(out);
    }
}
