package dev.tarn.engine.chat.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tightest part of an expression: literals and names, and what follows them: subscripts, calls, filters and tests. */
final class PostfixParser {
    private final TokenStream in;
    private final ExpressionParser expressions;

    PostfixParser(TokenStream in, ExpressionParser expressions) {
        this.in = in;
        this.expressions = expressions;
    }

    Expr primary() {
        Token token = in.current();
        return switch (token.kind()) {
            case NAME -> name(in.next().text());
            case STRING -> new Expr.Constant(strings());
            case INTEGER -> new Expr.Constant(integer(in.next()));
            case FLOAT -> new Expr.Constant(Double.valueOf(in.next().text().replace("_", "")));
            case OPERATOR -> bracketed(token);
            default -> throw in.unexpected("an expression");
        };
    }

    private static Expr name(String name) {
        return switch (name) {
            case "true", "True" -> new Expr.Constant(true);
            case "false", "False" -> new Expr.Constant(false);
            case "none", "None" -> new Expr.Constant(None.NONE);
            default -> new Expr.Name(name);
        };
    }

    private String strings() {
        StringBuilder out = new StringBuilder();
        while (in.current().kind() == Token.Kind.STRING) {
            out.append(in.next().text());
        }
        return out.toString();
    }

    private static Object integer(Token token) {
        String text = token.text().replace("_", "").toLowerCase(java.util.Locale.ROOT);
        int radix = text.startsWith("0x") ? 16 : text.startsWith("0o") ? 8 : text.startsWith("0b") ? 2 : 10;
        BigInteger value = new BigInteger(radix == 10 ? text : text.substring(2), radix);
        if (value.bitLength() > 63) {
            throw new TemplateException(token.line(), "the integer " + token.text() + " needs more than 64 bits");
        }
        return value.longValue();
    }

    private Expr bracketed(Token token) {
        return switch (token.text()) {
            case "(" -> {
                in.next();
                Expr inner = expressions.tuple(true, true);
                in.expectOperator(")");
                yield inner;
            }
            case "[" -> list();
            case "{" -> dict();
            default -> throw in.unexpected("an expression");
        };
    }

    private Expr list() {
        in.expectOperator("[");
        List<Expr> items = new ArrayList<>();
        while (!in.atOperator("]")) {
            if (!items.isEmpty()) {
                in.expectOperator(",");
            }
            if (in.atOperator("]")) {
                break;
            }
            items.add(expressions.expression());
        }
        in.expectOperator("]");
        return new Expr.ListLiteral(items);
    }

    private Expr dict() {
        in.expectOperator("{");
        List<Expr> keys = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        while (!in.atOperator("}")) {
            if (!keys.isEmpty()) {
                in.expectOperator(",");
            }
            if (in.atOperator("}")) {
                break;
            }
            keys.add(expressions.expression());
            in.expectOperator(":");
            values.add(expressions.expression());
        }
        in.expectOperator("}");
        return new Expr.DictLiteral(keys, values);
    }

    /** Subscripts and calls. */
    Expr postfix(Expr of) {
        Expr result = of;
        while (true) {
            if (in.atOperator(".") || in.atOperator("[")) {
                result = subscript(result);
            } else if (in.atOperator("(")) {
                result = new Expr.Call(result, actuals());
            } else {
                return result;
            }
        }
    }

    /** Filters and tests, and calls of their results. */
    Expr filters(Expr of) {
        Expr result = of;
        while (true) {
            if (in.skipOperator("|")) {
                result = filter(result);
            } else if (in.skipName("is")) {
                result = test(result);
            } else if (in.atOperator("(")) {
                result = new Expr.Call(result, actuals());
            } else {
                return result;
            }
        }
    }

    private Expr subscript(Expr of) {
        if (in.skipOperator(".")) {
            Token token = in.next();
            if (token.kind() == Token.Kind.NAME) {
                return new Expr.Attribute(of, token.text());
            }
            if (token.kind() != Token.Kind.INTEGER) {
                throw new TemplateException(token.line(), "expected a name after '.' but found " + token.describe());
            }
            return new Expr.Item(of, new Expr.Constant(integer(token)));
        }
        in.expectOperator("[");
        List<Expr> keys = new ArrayList<>(List.of(key()));
        while (in.skipOperator(",")) {
            keys.add(key());
        }
        in.expectOperator("]");
        return new Expr.Item(of, keys.size() == 1 ? keys.get(0) : new Expr.TupleLiteral(keys));
    }

    private Expr key() {
        if (!in.atOperator(":")) {
            Expr first = expressions.expression();
            return in.atOperator(":") ? slice(first) : first;
        }
        return slice(null);
    }

    private Expr slice(@Nullable Expr start) {
        in.expectOperator(":");
        Expr stop = slicePart();
        Expr step = in.skipOperator(":") ? slicePart() : null;
        return new Expr.Slice(start, stop, step);
    }

    private @Nullable Expr slicePart() {
        return in.atOperator(":") || in.atOperator("]") || in.atOperator(",") ? null : expressions.expression();
    }

    Expr.Filter filter(@Nullable Expr of) {
        String name = dottedName();
        return new Expr.Filter(of, name, in.atOperator("(") ? actuals() : Expr.Actuals.NONE);
    }

    private Expr test(Expr of) {
        boolean negated = in.skipName("not");
        String name = dottedName();
        Expr.Actuals actuals = Expr.Actuals.NONE;
        if (in.atOperator("(")) {
            actuals = actuals();
        } else if (startsTestArgument()) {
            actuals = new Expr.Actuals(List.of(postfix(primary())), Map.of(), null, null);
        }
        return new Expr.Test(of, name, actuals, negated);
    }

    private boolean startsTestArgument() {
        Token token = in.current();
        return switch (token.kind()) {
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.isOperator("[") || token.isOperator("{");
            case NAME -> {
                if (token.isName("is")) {
                    throw new TemplateException(token.line(), "tests cannot be chained with 'is'; use 'and'");
                }
                yield !token.isName("else") && !token.isName("or") && !token.isName("and");
            }
            default -> false;
        };
    }

    private String dottedName() {
        StringBuilder name =
                new StringBuilder(in.expect(Token.Kind.NAME, "a name").text());
        while (in.skipOperator(".")) {
            name.append('.').append(in.expect(Token.Kind.NAME, "a name").text());
        }
        return name.toString();
    }

    Expr.Actuals actuals() {
        in.expectOperator("(");
        List<Expr> positional = new ArrayList<>();
        Map<String, Expr> named = new LinkedHashMap<>();
        Expr spread = null;
        Expr spreadNamed = null;
        boolean more = false;
        while (!in.atOperator(")")) {
            if (more) {
                in.expectOperator(",");
                if (in.atOperator(")")) {
                    break;
                }
            }
            more = true;
            if (in.skipOperator("*")) {
                spread = expressions.expression();
            } else if (in.skipOperator("**")) {
                spreadNamed = expressions.expression();
            } else if (in.current().kind() == Token.Kind.NAME && in.look().isOperator("=")) {
                String name = in.next().text();
                in.next();
                named.put(name, expressions.expression());
            } else if (named.isEmpty() && spread == null && spreadNamed == null) {
                positional.add(expressions.expression());
            } else {
                throw in.unexpected("a keyword argument");
            }
        }
        in.expectOperator(")");
        return new Expr.Actuals(positional, named, spread, spreadNamed);
    }
}
