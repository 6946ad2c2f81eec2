package dev.tarn.engine.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Computes expressions in a scope. */
final class Evaluator {
    private final Rendering runtime;

    Evaluator(Rendering runtime) {
        this.runtime = runtime;
    }

    Object value(Expr expr, Scope scope) {
        runtime.budget().enter();
        runtime.budget().step();
        Object result = compute(expr, scope);
        runtime.budget().leave();
        return result;
    }

    private Object compute(Expr expr, Scope scope) {
        return switch (expr) {
            case Expr.Constant constant -> constant.value();
            case Expr.Name name -> scope.get(name.name());
            case Expr.ListLiteral list -> values(list.items(), scope);
            case Expr.TupleLiteral tuple -> new Tuple(values(tuple.items(), scope));
            case Expr.DictLiteral dict -> dict(dict, scope);
            case Expr.Attribute attribute -> Attributes.attribute(value(attribute.of(), scope), attribute.name());
            case Expr.Item item -> item(item, scope);
            case Expr.Slice slice ->
                throw new TemplateException("a slice stands alone; write it after a value, as in x[1:2]");
            case Expr.Unary unary -> runtime.arithmetic().unary(unary.operator(), value(unary.operand(), scope));
            case Expr.Binary binary -> binary(binary, scope);
            case Expr.Concat concat -> concat(concat, scope);
            case Expr.Compare compare -> compare(compare, scope);
            case Expr.Conditional conditional -> conditional(conditional, scope);
            case Expr.Call call -> call(call, scope, null);
            case Expr.Filter filter -> filter(filter, scope, null);
            case Expr.Test test -> test(test, scope);
        };
    }

    private List<Object> values(List<Expr> exprs, Scope scope) {
        runtime.budget().grow(exprs.size());
        List<Object> out = new ArrayList<>(exprs.size());
        for (Expr expr : exprs) {
            out.add(value(expr, scope));
        }
        return out;
    }

    private Object dict(Expr.DictLiteral dict, Scope scope) {
        Map<Object, Object> out = new LinkedHashMap<>();
        for (int i = 0; i < dict.keys().size(); i++) {
            out.put(
                    Values.key(value(dict.keys().get(i), scope)),
                    value(dict.values().get(i), scope));
        }
        runtime.budget().grow(out.size());
        return out;
    }

    private Object item(Expr.Item item, Scope scope) {
        Object of = value(item.of(), scope);
        if (item.key() instanceof Expr.Slice slice) {
            return Slices.slice(
                    runtime, of, part(slice.start(), scope), part(slice.stop(), scope), part(slice.step(), scope));
        }
        return Attributes.item(of, value(item.key(), scope));
    }

    private Object part(@Nullable Expr expr, Scope scope) {
        return expr == null ? None.NONE : value(expr, scope);
    }

    private Object binary(Expr.Binary binary, Scope scope) {
        Object left = value(binary.left(), scope);
        return switch (binary.operator()) {
            case "and" -> Values.truth(left) ? value(binary.right(), scope) : left;
            case "or" -> Values.truth(left) ? left : value(binary.right(), scope);
            default -> runtime.arithmetic().binary(binary.operator(), left, value(binary.right(), scope));
        };
    }

    private Object concat(Expr.Concat concat, Scope scope) {
        StringBuilder out = new StringBuilder();
        for (Expr part : concat.parts()) {
            String text = runtime.printer().text(value(part, scope));
            runtime.budget().grow(text.length());
            out.append(text);
        }
        return out.toString();
    }

    private Object compare(Expr.Compare compare, Scope scope) {
        Object left = value(compare.first(), scope);
        for (int i = 0; i < compare.operators().size(); i++) {
            Object right = value(compare.operands().get(i), scope);
            if (!holds(compare.operators().get(i), left, right)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private boolean holds(String operator, Object left, Object right) {
        Comparison comparison = runtime.comparison();
        return switch (operator) {
            case "in" -> comparison.contains(runtime, right, left);
            case "not in" -> !comparison.contains(runtime, right, left);
            default -> comparison.holds(operator, left, right);
        };
    }

    private Object conditional(Expr.Conditional conditional, Scope scope) {
        if (Values.truth(value(conditional.test(), scope))) {
            return value(conditional.then(), scope);
        }
        Expr otherwise = conditional.otherwise();
        return otherwise == null
                ? new Undefined("the inline if-expression evaluated to false and no else section was defined")
                : value(otherwise, scope);
    }

    /** Calls; {@code caller} is what a call block hands to the macro. */
    Object call(Expr.Call call, Scope scope, @Nullable Callable caller) {
        Object callee = value(call.callee(), scope);
        Arguments arguments = arguments(call.actuals(), scope);
        if (callee instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (!(callee instanceof Callable callable)) {
            throw new TemplateException("'" + Values.typeName(callee) + "' object is not callable");
        }
        if (caller != null) {
            arguments.named().put("caller", caller);
        }
        return callable.call(runtime, arguments);
    }

    /** Filters; {@code block} is the text that a filter without operand gets. */
    Object filter(Expr.Filter filter, Scope scope, @Nullable String block) {
        Object value = filter.of() instanceof Expr.Filter inner
                ? filter(inner, scope, block)
                : filter.of() == null ? String.valueOf(block) : value(filter.of(), scope);
        return runtime.filter(filter.name(), value, arguments(filter.actuals(), scope));
    }

    private Object test(Expr.Test test, Scope scope) {
        Object value = value(test.of(), scope);
        return runtime.test(test.name(), value, arguments(test.actuals(), scope)) != test.negated();
    }

    private Arguments arguments(Expr.Actuals actuals, Scope scope) {
        List<Object> positional = values(actuals.positional(), scope);
        Map<String, Object> named = new LinkedHashMap<>();
        actuals.named().forEach((name, expr) -> named.put(name, value(expr, scope)));
        if (actuals.spread() != null) {
            List<Object> more = Values.iterate(runtime, value(actuals.spread(), scope));
            runtime.budget().grow(more.size());
            positional.addAll(more);
        }
        if (actuals.spreadNamed() != null) {
            if (!(value(actuals.spreadNamed(), scope) instanceof Map<?, ?> more)) {
                throw new TemplateException("the argument after ** must be a dict");
            }
            more.forEach((name, value) -> named.put(Values.text(name, "a keyword"), value));
        }
        return new Arguments(positional, named);
    }
}
