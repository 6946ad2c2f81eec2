package dev.tarn.engine.chat.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's arithmetic operators; integers are of 64 bits, and one that overflows is an error. */
final class Arithmetic {
    private final Rendering runtime;

    Arithmetic(Rendering runtime) {
        this.runtime = runtime;
    }

    Object binary(String operator, Object a, Object b) {
        if (a instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (operator.equals("%") && a instanceof String format) {
            return PercentFormat.format(runtime, format, b);
        }
        if (b instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (Values.isInteger(a) && Values.isInteger(b)) {
            return integers(operator, Values.asLong(a), Values.asLong(b));
        }
        if (Values.isNumber(a) && Values.isNumber(b)) {
            return floats(operator, Values.asDouble(a), Values.asDouble(b));
        }
        return switch (operator) {
            case "+" -> joined(a, b);
            case "*" -> repeated(a, b);
            default -> throw unsupported(operator, a, b);
        };
    }

    private static TemplateException unsupported(String operator, Object a, Object b) {
        return new TemplateException("unsupported operand types for " + operator + ": '" + Values.typeName(a)
                + "' and '" + Values.typeName(b) + "'");
    }

    private static Object integers(String operator, long a, long b) {
        try {
            return switch (operator) {
                case "+" -> Math.addExact(a, b);
                case "-" -> Math.subtractExact(a, b);
                case "*" -> Math.multiplyExact(a, b);
                case "/" -> (double) a / (double) nonZero(b);
                case "//" -> Math.floorDivExact(a, nonZero(b));
                case "%" -> Math.floorMod(a, nonZero(b));
                default -> power(a, b);
            };
        } catch (ArithmeticException e) {
            throw new TemplateException(a + " " + operator + " " + b + " does not fit in 64 bits");
        }
    }

    private static long nonZero(long divisor) {
        if (divisor == 0) {
            throw new TemplateException("division by zero");
        }
        return divisor;
    }

    private static Object power(long base, long exponent) {
        if (exponent < 0) {
            return Math.pow((double) nonZero(base), (double) exponent);
        }
        return Math.powExact(base, Math.toIntExact(exponent));
    }

    private static Object floats(String operator, double a, double b) {
        if (b == 0 && "/%".contains(operator.substring(0, 1))) {
            throw new TemplateException("division by zero");
        }
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> Math.floor(a / b);
            case "%" -> a - b * Math.floor(a / b);
            default -> Math.pow(a, b);
        };
    }

    private Object joined(Object a, Object b) {
        if (a instanceof String x && b instanceof String y) {
            runtime.budget().grow(x.length() + (long) y.length());
            return x + y;
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            return concatenated(x, y);
        }
        if (a instanceof Tuple x && b instanceof Tuple y) {
            return new Tuple(concatenated(x.items(), y.items()));
        }
        throw unsupported("+", a, b);
    }

    private List<Object> concatenated(List<?> a, List<?> b) {
        runtime.budget().grow(a.size() + (long) b.size());
        List<Object> out = new ArrayList<>(a);
        out.addAll(b);
        return out;
    }

    private Object repeated(Object a, Object b) {
        if (Values.isInteger(a)) {
            return repeated(b, Values.asLong(a), a);
        }
        if (Values.isInteger(b)) {
            return repeated(a, Values.asLong(b), b);
        }
        throw unsupported("*", a, b);
    }

    private Object repeated(Object sequence, long times, Object other) {
        long n = Math.max(times, 0);
        return switch (sequence) {
            case String text -> {
                grow(text.length(), n);
                yield text.isEmpty() ? text : text.repeat((int) n);
            }
            case List<?> list -> repeatedList(list, n);
            case Tuple tuple -> new Tuple(repeatedList(tuple.items(), n));
            default -> throw unsupported("*", sequence, other);
        };
    }

    private List<Object> repeatedList(List<?> list, long n) {
        grow(list.size(), n);
        List<Object> out = new ArrayList<>();
        for (long i = 0; i < n && !list.isEmpty(); i++) {
            out.addAll(list);
        }
        return out;
    }

    private void grow(long size, long times) {
        runtime.budget().grow(size == 0 ? 0 : times > Integer.MAX_VALUE ? Long.MAX_VALUE / 2 : size * times);
    }

    Object unary(String operator, Object value) {
        if (operator.equals("not")) {
            return !Values.truth(value);
        }
        if (value instanceof Undefined undefined) {
            throw undefined.fault();
        }
        if (Values.isInteger(value)) {
            return operator.equals("-") ? integers("-", 0, Values.asLong(value)) : (Object) Values.asLong(value);
        }
        if (value instanceof Double d) {
            return operator.equals("-") ? -d : d;
        }
        throw new TemplateException("bad operand type for unary " + operator + ": '" + Values.typeName(value) + "'");
    }
}
