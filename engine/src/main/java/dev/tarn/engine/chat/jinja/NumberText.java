package dev.tarn.engine.chat.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as Python's format codes f, e, g, x, o and b write them, without sign; rounding is half to even on the exact value. */
final class NumberText {
    private static final int MAX_PRECISION = 1000;

    private NumberText() {}

    static String of(Object value, char code, int precision) {
        if (precision > MAX_PRECISION) {
            throw new TemplateException(
                    "a format asks for " + precision + " digits; at most " + MAX_PRECISION + " are written");
        }
        return switch (code) {
            case 'd', 'i', 'u' -> Long.toUnsignedString(magnitude(value));
            case 'x' -> Long.toHexString(magnitude(value));
            case 'X' -> Text.upper(Long.toHexString(magnitude(value)));
            case 'o' -> Long.toOctalString(magnitude(value));
            case 'b' -> Long.toBinaryString(magnitude(value));
            default -> floating(Math.abs(real(value)), code, precision < 0 ? 6 : precision);
        };
    }

    static boolean negative(Object value) {
        return Values.isInteger(value) ? Values.asLong(value) < 0 : 1 / real(value) < 0 || real(value) < 0;
    }

    private static long magnitude(Object value) {
        return Math.abs(Values.integer(value, "the formatted value"));
    }

    private static double real(Object value) {
        if (!Values.isNumber(value)) {
            throw new TemplateException("the formatted value must be a number, not " + Values.typeName(value));
        }
        return Values.asDouble(value);
    }

    private static String floating(double value, char code, int precision) {
        if (!Double.isFinite(value)) {
            return Printer.number(value);
        }
        BigDecimal exact = new BigDecimal(value);
        String text = switch (code) {
            case 'f', 'F' -> exact.setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
            case '%' ->
                exact.scaleByPowerOfTen(2)
                                .setScale(precision, RoundingMode.HALF_EVEN)
                                .toPlainString() + "%";
            case 'e', 'E' -> exponent(exact, precision, false);
            case 'g', 'G' -> general(exact, Math.max(precision, 1));
            default -> throw new TemplateException("unknown format code '" + code + "' for a number");
        };
        return Character.isUpperCase(code) ? Text.upper(text) : text;
    }

    private static String exponent(BigDecimal exact, int precision, boolean bare) {
        BigDecimal rounded = exact.round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
        int exponent = exact.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        String mantissa = rounded.scaleByPowerOfTen(-exponent)
                .setScale(precision, RoundingMode.HALF_EVEN)
                .toPlainString();
        return (bare ? withoutZeros(mantissa) : mantissa) + "e" + (exponent < 0 ? "-" : "+")
                + "%02d".formatted(Math.abs(exponent));
    }

    private static String general(BigDecimal exact, int precision) {
        BigDecimal rounded = exact.round(new MathContext(precision, RoundingMode.HALF_EVEN));
        int exponent = exact.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        if (exponent < -4 || exponent >= precision) {
            return exponent(exact, precision - 1, true);
        }
        return withoutZeros(
                exact.setScale(precision - 1 - exponent, RoundingMode.HALF_EVEN).toPlainString());
    }

    private static String withoutZeros(String text) {
        return text.contains(".")
                ? Text.strip(Text.strip(text, c -> c == '0', false, true), c -> c == '.', false, true)
                : text;
    }
}
