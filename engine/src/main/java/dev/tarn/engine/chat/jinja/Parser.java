package dev.tarn.engine.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Jinja2's statements by recursive descent, to a tree of {@link Stmt}. */
final class Parser {
    private final TokenStream in;
    private final ExpressionParser expressions;
    private int loops;

    Parser(List<Token> tokens) {
        this.in = new TokenStream(tokens);
        this.expressions = new ExpressionParser(in);
    }

    /** The whole template. */
    List<Stmt> template() {
        List<Stmt> body = statements(Set.of());
        if (in.current().kind() != Token.Kind.EOF) {
            throw in.unexpected("the end of the template");
        }
        return body;
    }

    /** Statements up to a tag named in {@code ends}, whose opening mark is consumed and whose name is current. */
    private List<Stmt> statements(Set<String> ends) {
        in.enter();
        List<Stmt> body = new ArrayList<>();
        int openedAt = in.current().line();
        while (in.current().kind() != Token.Kind.EOF) {
            Token token = in.next();
            switch (token.kind()) {
                case DATA -> body.add(new Stmt.Data(token.line(), token.text()));
                case VARIABLE_BEGIN -> body.add(output(token.line()));
                case BLOCK_BEGIN -> {
                    if (in.current().kind() == Token.Kind.NAME
                            && ends.contains(in.current().text())) {
                        in.leave();
                        return body;
                    }
                    body.add(block(token.line()));
                }
                default -> throw new TemplateException(token.line(), "unexpected " + token.describe());
            }
        }
        if (!ends.isEmpty()) {
            throw new TemplateException(openedAt, "the block is never closed; add {% " + closing(ends) + " %}");
        }
        in.leave();
        return body;
    }

    private static String closing(Set<String> ends) {
        return ends.stream().filter(e -> e.startsWith("end")).findFirst().orElseThrow();
    }

    private List<Stmt> blockUntil(String end) {
        blockEnd();
        List<Stmt> body = statements(Set.of(end));
        in.next();
        blockEnd();
        return body;
    }

    private void blockEnd() {
        in.expect(Token.Kind.BLOCK_END, "'%}'");
    }

    private Stmt output(int line) {
        Expr value = expressions.tuple();
        in.expect(Token.Kind.VARIABLE_END, "'}}'");
        return new Stmt.Output(line, value);
    }

    private Stmt block(int line) {
        String tag = in.expect(Token.Kind.NAME, "a tag's name").text();
        return switch (tag) {
            case "if" -> ifBlock(line);
            case "for" -> forBlock(line);
            case "set" -> set(line);
            case "macro" -> macro(line);
            case "call" -> call(line);
            case "with" -> with(line);
            case "filter" -> new Stmt.FilterBlock(line, filterChain(), blockUntil("endfilter"));
            case "generation" -> new Stmt.Generation(line, blockUntil("endgeneration"));
            case "print" -> {
                Expr value = expressions.tuple();
                blockEnd();
                yield new Stmt.Output(line, value);
            }
            case "break", "continue" -> loopControl(line, tag);
            default ->
                throw new TemplateException(
                        line,
                        "unknown tag '" + tag + "'; chat templates may use if, for, set, macro, "
                                + "call, with, filter, raw, print, break, continue and generation");
        };
    }

    private Stmt loopControl(int line, String tag) {
        blockEnd();
        if (loops == 0) {
            throw new TemplateException(line, "'" + tag + "' outside a loop");
        }
        return tag.equals("break") ? new Stmt.Break(line) : new Stmt.Continue(line);
    }

    private Stmt ifBlock(int line) {
        List<Stmt.Branch> branches = new ArrayList<>();
        int branchLine = line;
        while (true) {
            Expr test = expressions.tupleBeforeIf();
            blockEnd();
            branches.add(new Stmt.Branch(branchLine, test, statements(Set.of("elif", "else", "endif"))));
            Token end = in.next();
            if (end.isName("elif")) {
                branchLine = end.line();
            } else {
                List<Stmt> otherwise = end.isName("else") ? blockUntil("endif") : closed();
                return new Stmt.If(line, branches, otherwise);
            }
        }
    }

    private List<Stmt> closed() {
        blockEnd();
        return List.of();
    }

    private Stmt forBlock(int line) {
        Stmt.Target target = target(false);
        if (!in.skipName("in")) {
            throw in.unexpected("'in'");
        }
        Expr items = expressions.tupleBeforeIf();
        Expr filter = in.skipName("if") ? expressions.expression() : null;
        if (in.skipName("recursive")) {
            throw new TemplateException(line, "recursive loops are not supported; use a macro");
        }
        blockEnd();
        loops++;
        List<Stmt> body = statements(Set.of("endfor", "else"));
        loops--;
        List<Stmt> otherwise = in.next().isName("else") ? blockUntil("endfor") : closed();
        return new Stmt.For(line, target, items, filter, body, otherwise);
    }

    private Stmt set(int line) {
        Stmt.Target target = target(true);
        if (in.skipOperator("=")) {
            Expr value = expressions.tuple();
            blockEnd();
            return new Stmt.Set(line, target, value);
        }
        Expr.Filter filter = in.skipOperator("|") ? filterChain() : null;
        return new Stmt.SetBlock(line, target, filter, blockUntil("endset"));
    }

    /** Filters one after the other; the innermost has no operand, and gets the block's text. */
    private Expr.Filter filterChain() {
        Expr.Filter chain = expressions.postfix().filter(null);
        while (in.skipOperator("|")) {
            chain = expressions.postfix().filter(chain);
        }
        return chain;
    }

    private Stmt.Target target(boolean namespaces) {
        List<Stmt.Target> targets = new ArrayList<>();
        boolean comma;
        do {
            targets.add(single(namespaces));
            comma = in.skipOperator(",");
        } while (comma && startsTarget());
        return targets.size() == 1 && !comma ? targets.get(0) : new Stmt.Target.Unpack(targets);
    }

    private boolean startsTarget() {
        Token token = in.current();
        return token.isOperator("(") || (token.kind() == Token.Kind.NAME && !token.isName("in"));
    }

    private Stmt.Target single(boolean namespaces) {
        if (in.skipOperator("(")) {
            in.enter();
            Stmt.Target inner = target(false);
            in.leave();
            in.expectOperator(")");
            return inner;
        }
        Token name = in.expect(Token.Kind.NAME, "a name to assign to");
        if (Set.of("true", "false", "none", "True", "False", "None").contains(name.text())) {
            throw new TemplateException(name.line(), "cannot assign to '" + name.text() + "'");
        }
        if (namespaces && in.skipOperator(".")) {
            return new Stmt.Target.Field(
                    name.text(), in.expect(Token.Kind.NAME, "a name").text());
        }
        return new Stmt.Target.Variable(name.text());
    }

    private Stmt macro(int line) {
        String name = in.expect(Token.Kind.NAME, "the macro's name").text();
        Stmt.Signature signature = signature();
        int start = in.position();
        List<Stmt> body = ownLoops("endmacro");
        boolean varargs = in.namedSince(start, "varargs");
        return new Stmt.MacroDefinition(line, name, signature.reading(varargs, in.namedSince(start, "kwargs")), body);
    }

    private Stmt call(int line) {
        Stmt.Signature signature =
                in.atOperator("(") ? signature() : new Stmt.Signature(List.of(), List.of(), false, false);
        if (!(expressions.expression() instanceof Expr.Call call)) {
            throw new TemplateException(line, "a call block needs a call, such as {% call name() %}");
        }
        return new Stmt.CallBlock(line, signature, call, ownLoops("endcall"));
    }

    /** A macro's body: a break in it cannot leave the loop around the macro. */
    private List<Stmt> ownLoops(String end) {
        int outer = loops;
        loops = 0;
        List<Stmt> body = blockUntil(end);
        loops = outer;
        return body;
    }

    private Stmt.Signature signature() {
        List<String> parameters = new ArrayList<>();
        List<Expr> defaults = new ArrayList<>();
        in.expectOperator("(");
        while (!in.atOperator(")")) {
            if (!parameters.isEmpty()) {
                in.expectOperator(",");
            }
            parameters.add(in.expect(Token.Kind.NAME, "a parameter's name").text());
            if (in.skipOperator("=")) {
                defaults.add(expressions.expression());
            } else if (!defaults.isEmpty()) {
                throw in.unexpected("a default, as the parameter before has one");
            }
        }
        in.expectOperator(")");
        return new Stmt.Signature(parameters, defaults, false, false);
    }

    private Stmt with(int line) {
        List<Stmt.Target> targets = new ArrayList<>();
        List<Expr> values = new ArrayList<>();
        while (in.current().kind() != Token.Kind.BLOCK_END) {
            if (!targets.isEmpty()) {
                in.expectOperator(",");
            }
            targets.add(single(false));
            in.expectOperator("=");
            values.add(expressions.expression());
        }
        return new Stmt.With(line, targets, values, blockUntil("endwith"));
    }
}
