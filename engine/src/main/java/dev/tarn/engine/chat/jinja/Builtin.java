package dev.tarn.engine.chat.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A filter, test, method or function written in Java.
 *
 * @param name its name in templates
 * @param parameters its parameters in order; a trailing {@code ?} marks one that may be left out, {@code *} takes whatever comes
 * @param body what it does
 */
record Builtin(String name, List<String> parameters, Body body) {

    /** What a built-in computes from the value before the bar or the dot and its arguments. */
    interface Body {
        Object apply(Rendering runtime, Object self, Bound arguments);
    }

    Object call(Rendering runtime, Object self, Arguments arguments) {
        runtime.budget().step();
        return body.apply(runtime, self, bind(arguments));
    }

    private Bound bind(Arguments arguments) {
        if (parameters.contains("*")) {
            return new Bound(name, Map.of(), arguments);
        }
        if (arguments.size() > parameters.size()) {
            throw new TemplateException(name + "() takes at most " + parameters.size() + " arguments but "
                    + arguments.size() + " were given");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            values.put(bare(parameters.get(i)), arguments.positional().get(i));
        }
        arguments.named().forEach((key, value) -> {
            if (!parameters.contains(key) && !parameters.contains(key + "?")) {
                throw new TemplateException(name + "() got an unexpected keyword argument '" + key + "'");
            }
            if (values.put(key, value) != null) {
                throw new TemplateException(name + "() got two values for the argument '" + key + "'");
            }
        });
        for (String parameter : parameters) {
            if (!parameter.endsWith("?") && !values.containsKey(parameter)) {
                throw new TemplateException(name + "() misses the argument '" + parameter + "'");
            }
        }
        return new Bound(name, values, arguments);
    }

    private static String bare(String parameter) {
        return parameter.endsWith("?") ? parameter.substring(0, parameter.length() - 1) : parameter;
    }
}
