package dev.tarn.engine.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Jinja2's expressions by recursive descent; one method per level of binding, loosest first. */
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    private final TokenStream in;
    private final PostfixParser postfix;

    ExpressionParser(TokenStream in) {
        this.in = in;
        this.postfix = new PostfixParser(in, this);
    }

    Expr expression() {
        return expression(true);
    }

    PostfixParser postfix() {
        return postfix;
    }

    private Expr expression(boolean conditional) {
        in.enter();
        Expr result = conditional ? conditional() : or();
        in.leave();
        return result;
    }

    private Expr conditional() {
        Expr result = or();
        while (in.skipName("if")) {
            Expr test = or();
            Expr otherwise = in.skipName("else") ? expression() : null;
            result = new Expr.Conditional(test, result, otherwise);
        }
        return result;
    }

    private Expr or() {
        Expr left = and();
        while (in.skipName("or")) {
            left = new Expr.Binary("or", left, and());
        }
        return left;
    }

    private Expr and() {
        Expr left = not();
        while (in.skipName("and")) {
            left = new Expr.Binary("and", left, not());
        }
        return left;
    }

    private Expr not() {
        if (!in.skipName("not")) {
            return compare();
        }
        in.enter();
        Expr operand = not();
        in.leave();
        return new Expr.Unary("not", operand);
    }

    private Expr compare() {
        Expr first = sum();
        List<String> operators = new ArrayList<>();
        List<Expr> operands = new ArrayList<>();
        for (String operator = comparison(); operator != null; operator = comparison()) {
            operators.add(operator);
            operands.add(sum());
        }
        return operators.isEmpty() ? first : new Expr.Compare(first, operators, operands);
    }

    private @Nullable String comparison() {
        Token token = in.current();
        if (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.text())) {
            return in.next().text();
        }
        if (in.skipName("in")) {
            return "in";
        }
        if (token.isName("not") && in.look().isName("in")) {
            in.next();
            in.next();
            return "not in";
        }
        return null;
    }

    private Expr sum() {
        return leftAssociative(Set.of("+", "-"), this::concat);
    }

    private Expr concat() {
        Expr first = product();
        if (!in.atOperator("~")) {
            return first;
        }
        List<Expr> parts = new ArrayList<>(List.of(first));
        while (in.skipOperator("~")) {
            parts.add(product());
        }
        return new Expr.Concat(parts);
    }

    private Expr product() {
        return leftAssociative(Set.of("*", "/", "//", "%"), this::power);
    }

    /** Jinja2 binds {@code **} to the left, unlike Python. */
    private Expr power() {
        return leftAssociative(Set.of("**"), () -> unary(true));
    }

    private Expr leftAssociative(Set<String> operators, Supplier<Expr> operand) {
        Expr left = operand.get();
        while (in.current().kind() == Token.Kind.OPERATOR
                && operators.contains(in.current().text())) {
            String operator = in.next().text();
            left = new Expr.Binary(operator, left, operand.get());
        }
        return left;
    }

    Expr unary(boolean withFilters) {
        in.enter();
        Expr result;
        if (in.skipOperator("-")) {
            result = new Expr.Unary("-", unary(false));
        } else if (in.skipOperator("+")) {
            result = new Expr.Unary("+", unary(false));
        } else {
            result = postfix.primary();
        }
        result = postfix.postfix(result);
        result = withFilters ? postfix.filters(result) : result;
        in.leave();
        return result;
    }

    /** One expression, or several as a tuple without parentheses. */
    Expr tuple() {
        return tuple(true, false);
    }

    /** As {@link #tuple()}, but an {@code if} after it is not part of it. */
    Expr tupleBeforeIf() {
        return tuple(false, false);
    }

    Expr tuple(boolean conditional, boolean parenthesised) {
        List<Expr> items = new ArrayList<>();
        boolean comma = false;
        while (!atTupleEnd()) {
            items.add(expression(conditional));
            comma = in.skipOperator(",");
            if (!comma) {
                break;
            }
        }
        if (items.isEmpty() && !parenthesised) {
            throw in.unexpected("an expression");
        }
        return items.size() == 1 && !comma ? items.get(0) : new Expr.TupleLiteral(items);
    }

    private boolean atTupleEnd() {
        Token token = in.current();
        return token.kind() == Token.Kind.VARIABLE_END
                || token.kind() == Token.Kind.BLOCK_END
                || token.isOperator(")")
                || token.isName("recursive");
    }
}
