package dev.tarn.engine.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs statements, appending what they print. */
final class Renderer {
    /** How a run of statements ended. */
    private enum End {
        NORMAL,
        BREAK,
        CONTINUE
    }

    private final Rendering runtime;
    private final Evaluator evaluator;

    Renderer(Rendering runtime) {
        this.runtime = runtime;
        this.evaluator = new Evaluator(runtime);
    }

    Evaluator evaluator() {
        return evaluator;
    }

    /** What statements print in a scope. */
    String capture(List<Stmt> body, Scope scope) {
        StringBuilder out = new StringBuilder();
        run(body, scope, out);
        return out.toString();
    }

    private End run(List<Stmt> body, Scope scope, StringBuilder out) {
        runtime.budget().enter();
        End end = End.NORMAL;
        for (int i = 0; i < body.size() && end == End.NORMAL; i++) {
            end = run(body.get(i), scope, out);
        }
        runtime.budget().leave();
        return end;
    }

    private End run(Stmt stmt, Scope scope, StringBuilder out) {
        runtime.budget().step();
        runtime.at(stmt.line());
        return switch (stmt) {
            case Stmt.Data data -> print(data.text(), out);
            case Stmt.Output output -> print(runtime.printer().text(evaluator.value(output.value(), scope)), out);
            case Stmt.If branches -> ifBlock(branches, scope, out);
            case Stmt.For loop -> forBlock(loop, scope, out);
            case Stmt.Set set -> assign(set.target(), evaluator.value(set.value(), scope), scope);
            case Stmt.SetBlock set -> setBlock(set, scope);
            case Stmt.MacroDefinition macro -> {
                scope.set(macro.name(), new Macro(macro.name(), macro.signature(), macro.body(), scope, this));
                yield End.NORMAL;
            }
            case Stmt.CallBlock block -> {
                Macro caller = new Macro("caller", block.signature(), block.body(), scope, this);
                yield print(runtime.printer().text(evaluator.call(block.call(), scope, caller)), out);
            }
            case Stmt.With with -> with(with, scope, out);
            case Stmt.FilterBlock block -> {
                String text = capture(block.body(), new Scope(scope));
                yield print(runtime.printer().text(evaluator.filter(block.filter(), scope, text)), out);
            }
            case Stmt.Generation generation -> run(generation.body(), new Scope(scope), out);
            case Stmt.Break signal -> End.BREAK;
            case Stmt.Continue signal -> End.CONTINUE;
        };
    }

    private End print(String text, StringBuilder out) {
        runtime.budget().grow(text.length());
        out.append(text);
        return End.NORMAL;
    }

    private End ifBlock(Stmt.If block, Scope scope, StringBuilder out) {
        for (Stmt.Branch branch : block.branches()) {
            runtime.at(branch.line());
            if (Values.truth(evaluator.value(branch.test(), scope))) {
                return run(branch.body(), scope, out);
            }
        }
        return run(block.otherwise(), scope, out);
    }

    private End forBlock(Stmt.For loop, Scope scope, StringBuilder out) {
        List<Object> items = filtered(loop, Values.iterate(runtime, evaluator.value(loop.items(), scope)), scope);
        if (items.isEmpty()) {
            return run(loop.otherwise(), new Scope(scope), out);
        }
        LoopState state = new LoopState(items);
        for (int i = 0; i < items.size(); i++) {
            runtime.budget().step();
            runtime.at(loop.line());
            Scope pass = new Scope(scope);
            state.at(i);
            pass.set("loop", state);
            assign(loop.target(), items.get(i), pass);
            if (run(loop.body(), pass, out) == End.BREAK) {
                break;
            }
        }
        return End.NORMAL;
    }

    private List<Object> filtered(Stmt.For loop, List<Object> items, Scope scope) {
        if (loop.filter() == null) {
            return items;
        }
        List<Object> kept = new ArrayList<>();
        for (Object item : items) {
            Scope pass = new Scope(scope);
            assign(loop.target(), item, pass);
            if (Values.truth(evaluator.value(loop.filter(), pass))) {
                kept.add(item);
            }
        }
        return kept;
    }

    private End setBlock(Stmt.SetBlock set, Scope scope) {
        String text = capture(set.body(), new Scope(scope));
        Object value = set.filter() == null ? text : evaluator.filter(set.filter(), scope, text);
        return assign(set.target(), value, scope);
    }

    private End with(Stmt.With with, Scope scope, StringBuilder out) {
        Scope inner = new Scope(scope);
        for (int i = 0; i < with.targets().size(); i++) {
            assign(with.targets().get(i), evaluator.value(with.values().get(i), scope), inner);
        }
        return run(with.body(), inner, out);
    }

    private End assign(Stmt.Target target, Object value, Scope scope) {
        switch (target) {
            case Stmt.Target.Variable variable -> scope.set(variable.name(), value);
            case Stmt.Target.Field field -> namespace(field, scope).put(field.name(), value);
            case Stmt.Target.Unpack unpack -> unpack(unpack.targets(), value, scope);
        }
        return End.NORMAL;
    }

    private static Map<Object, Object> namespace(Stmt.Target.Field field, Scope scope) {
        if (scope.get(field.namespace()) instanceof Namespace namespace) {
            return namespace.fields();
        }
        throw new TemplateException("cannot assign attribute on non-namespace object '" + field.namespace() + "'");
    }

    private void unpack(List<Stmt.Target> targets, Object value, Scope scope) {
        List<Object> items = Values.iterate(runtime, value);
        if (items.size() != targets.size()) {
            throw new TemplateException("cannot unpack " + items.size() + " values into " + targets.size() + " names");
        }
        for (int i = 0; i < items.size(); i++) {
            assign(targets.get(i), items.get(i), scope);
        }
    }
}
