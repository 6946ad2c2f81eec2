package dev.tarn.engine.chat.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement of a template; {@code line} is where its tag opens, from 1. */
sealed interface Stmt {
    int line();

    /** Text outside all tags. */
    record Data(int line, String text) implements Stmt {}

    /** {@code {{ value }}}. */
    record Output(int line, Expr value) implements Stmt {}

    /** {@code if} with its {@code elif}s; the first branch whose test holds runs, else {@code otherwise}. */
    record If(int line, List<Branch> branches, List<Stmt> otherwise) implements Stmt {}

    /** One test of an {@link If} and what it guards. */
    record Branch(int line, Expr test, List<Stmt> body) {}

    /** {@code for target in items if filter}, with an {@code else} for no items. */
    record For(
            int line, Target target, Expr items, @Nullable Expr filter, List<Stmt> body, List<Stmt> otherwise)
            implements Stmt {}

    /** {@code set target = value}. */
    record Set(int line, Target target, Expr value) implements Stmt {}

    /** {@code set target | filter} … {@code endset}. */
    record SetBlock(int line, Target target, Expr.@Nullable Filter filter, List<Stmt> body) implements Stmt {}

    /** A macro, named. */
    record MacroDefinition(int line, String name, Signature signature, List<Stmt> body) implements Stmt {}

    /** {@code call(…) callee(…)} … {@code endcall}. */
    record CallBlock(int line, Signature signature, Expr.Call call, List<Stmt> body) implements Stmt {}

    /** {@code with a = b} … {@code endwith}. */
    record With(int line, List<Target> targets, List<Expr> values, List<Stmt> body) implements Stmt {}

    /** {@code filter name} … {@code endfilter}. */
    record FilterBlock(int line, Expr.Filter filter, List<Stmt> body) implements Stmt {}

    /** Transformers' {@code generation} … {@code endgeneration}, which only marks: a scope of its own, rendered in place. */
    record Generation(int line, List<Stmt> body) implements Stmt {}

    /** Loop control. */
    record Break(int line) implements Stmt {}

    /** Loop control. */
    record Continue(int line) implements Stmt {}

    /**
     * Parameters of a macro; the last {@code defaults.size()} of them have defaults. Only a body that reads {@code varargs} or
     * {@code kwargs} may be called with more.
     */
    record Signature(List<String> parameters, List<Expr> defaults, boolean varargs, boolean kwargs) {
        Signature reading(boolean varargs, boolean kwargs) {
            return new Signature(parameters, defaults, varargs, kwargs);
        }
    }

    /** What an assignment assigns to. */
    sealed interface Target {
        /** A variable. */
        record Variable(String name) implements Target {}

        /** A field of a namespace. */
        record Field(String namespace, String name) implements Target {}

        /** Several, unpacked. */
        record Unpack(List<Target> targets) implements Target {}
    }
}
