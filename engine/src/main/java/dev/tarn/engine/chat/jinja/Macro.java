package dev.tarn.engine.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A macro, or the body of a call block, with the scope it was defined in. */
final class Macro implements Callable {
    private final String name;
    private final Stmt.Signature signature;
    private final List<Stmt> body;
    private final Scope definedIn;
    private final Renderer renderer;

    Macro(String name, Stmt.Signature signature, List<Stmt> body, Scope definedIn, Renderer renderer) {
        this.name = name;
        this.signature = signature;
        this.body = body;
        this.definedIn = definedIn;
        this.renderer = renderer;
    }

    String name() {
        return name;
    }

    List<String> parameters() {
        return signature.parameters();
    }

    @Override
    public String describe() {
        return "<Macro '" + name + "'>";
    }

    @Override
    public Object call(Rendering runtime, Arguments arguments) {
        int line = runtime.line();
        runtime.budget().enter();
        String text = renderer.capture(body, bind(arguments));
        runtime.budget().leave();
        runtime.at(line);
        return text;
    }

    private Scope bind(Arguments arguments) {
        Scope scope = new Scope(definedIn);
        Map<String, Object> named = new LinkedHashMap<>(arguments.named());
        List<String> parameters = signature.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            scope.set(parameters.get(i), argument(i, arguments, named, scope));
        }
        Object caller = named.remove("caller");
        if (caller != null) {
            scope.set("caller", caller);
        }
        checkExtra(arguments, named);
        int taken = Math.min(parameters.size(), arguments.size());
        scope.set("varargs", new Tuple(new ArrayList<>(arguments.from(taken).positional())));
        scope.set("kwargs", new LinkedHashMap<Object, Object>(named));
        return scope;
    }

    private void checkExtra(Arguments arguments, Map<String, Object> named) {
        int most = signature.parameters().size();
        if (arguments.size() > most && !signature.varargs()) {
            throw new TemplateException(
                    "macro '" + name + "' takes not more than " + most + " argument(s), got " + arguments.size());
        }
        if (!named.isEmpty() && !signature.kwargs()) {
            throw new TemplateException("macro '" + name + "' takes no keyword argument '"
                    + named.keySet().iterator().next() + "'");
        }
    }

    private Object argument(int i, Arguments arguments, Map<String, Object> named, Scope scope) {
        String parameter = signature.parameters().get(i);
        Object byName = named.remove(parameter);
        if (i < arguments.size()) {
            if (byName != null) {
                throw new TemplateException("macro '" + name + "' got two values for the argument '" + parameter + "'");
            }
            return arguments.positional().get(i);
        }
        if (byName != null) {
            return byName;
        }
        int withDefault =
                i - (signature.parameters().size() - signature.defaults().size());
        return withDefault >= 0
                ? renderer.evaluator().value(signature.defaults().get(withDefault), scope)
                : new Undefined("parameter '" + parameter + "' was not provided");
    }
}
