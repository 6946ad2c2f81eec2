package dev.tarn.engine.chat.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An expression of a template. */
sealed interface Expr {

    /** A literal value. */
    record Constant(Object value) implements Expr {}

    /** A variable. */
    record Name(String name) implements Expr {}

    /** {@code [a, b]}. */
    record ListLiteral(List<Expr> items) implements Expr {}

    /** {@code (a, b)} or {@code a, b}. */
    record TupleLiteral(List<Expr> items) implements Expr {}

    /** {@code {a: b}}. */
    record DictLiteral(List<Expr> keys, List<Expr> values) implements Expr {}

    /** {@code of.name}: Python's attribute first, then the dict's key. */
    record Attribute(Expr of, String name) implements Expr {}

    /** {@code of[key]}: the dict's key first, then Python's attribute. */
    record Item(Expr of, Expr key) implements Expr {}

    /** {@code start:stop:step} inside brackets. */
    record Slice(
            @Nullable Expr start,
            @Nullable Expr stop,
            @Nullable Expr step) implements Expr {}

    /** {@code -a}, {@code +a} or {@code not a}. */
    record Unary(String operator, Expr operand) implements Expr {}

    /** Arithmetic, {@code and} or {@code or}. */
    record Binary(String operator, Expr left, Expr right) implements Expr {}

    /** {@code a ~ b ~ c}. */
    record Concat(List<Expr> parts) implements Expr {}

    /** {@code first op a op b …}, each neighbouring pair compared. */
    record Compare(Expr first, List<String> operators, List<Expr> operands) implements Expr {}

    /** {@code then if test else otherwise}. */
    record Conditional(Expr test, Expr then, @Nullable Expr otherwise) implements Expr {}

    /** {@code callee(…)}. */
    record Call(Expr callee, Actuals actuals) implements Expr {}

    /** {@code of | name(…)}; without {@code of} the text of a filter or set block. */
    record Filter(@Nullable Expr of, String name, Actuals actuals) implements Expr {}

    /** {@code of is name(…)} or {@code is not}. */
    record Test(Expr of, String name, Actuals actuals, boolean negated) implements Expr {}

    /** The arguments written in a call; {@code spread} is {@code *a}, {@code spreadNamed} {@code **a}. */
    record Actuals(
            List<Expr> positional,
            Map<String, Expr> named,
            @Nullable Expr spread,
            @Nullable Expr spreadNamed) {
        static final Actuals NONE = new Actuals(List.of(), Map.of(), null, null);
    }
}
