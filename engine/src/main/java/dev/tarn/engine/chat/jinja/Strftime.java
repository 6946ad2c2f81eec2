package dev.tarn.engine.chat.jinja;

import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.Map;

/** C's strftime in the C locale, as Python's datetime.strftime gives it for a time without zone. */
final class Strftime {
    private static final Map<Character, String> COMPOSED = Map.of(
            'c',
            "%a %b %e %H:%M:%S %Y",
            'D',
            "%m/%d/%y",
            'F',
            "%Y-%m-%d",
            'R',
            "%H:%M",
            'T',
            "%H:%M:%S",
            'x',
            "%m/%d/%y",
            'X',
            "%H:%M:%S",
            'r',
            "%I:%M:%S %p",
            'h',
            "%b");

    private Strftime() {}

    static String format(String format, LocalDateTime time) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            boolean unpadded = format.charAt(i + 1) == '-' && i + 2 < format.length();
            i += unpadded ? 2 : 1;
            String text = field(format.charAt(i), time);
            out.append(unpadded ? text.replaceFirst("^[0 ]+(?=.)", "") : text);
        }
        return out.toString();
    }

    private static String field(char code, LocalDateTime t) {
        String composed = COMPOSED.get(code);
        if (composed != null) {
            return format(composed, t);
        }
        return switch (code) {
            case 'a' -> named("EEE", t);
            case 'A' -> named("EEEE", t);
            case 'b' -> named("MMM", t);
            case 'B' -> named("MMMM", t);
            case 'p' -> t.getHour() < 12 ? "AM" : "PM";
            case 'Y' -> Integer.toString(t.getYear());
            case 'f' -> "%06d".formatted(t.get(ChronoField.MICRO_OF_SECOND));
            case 'j' -> "%03d".formatted(t.getDayOfYear());
            case 'e' -> "%2d".formatted(t.getDayOfMonth());
            case 'u' -> Integer.toString(t.getDayOfWeek().getValue());
            case 'w' -> Integer.toString(t.getDayOfWeek().getValue() % 7);
            case 'G' -> Integer.toString(t.get(IsoFields.WEEK_BASED_YEAR));
            case 'z', 'Z' -> "";
            case 'n' -> "\n";
            case 't' -> "\t";
            case '%' -> "%";
            default -> "%02d".formatted(twoDigits(code, t));
        };
    }

    private static int twoDigits(char code, LocalDateTime t) {
        return switch (code) {
            case 'C' -> t.getYear() / 100;
            case 'd' -> t.getDayOfMonth();
            case 'H' -> t.getHour();
            case 'I' -> t.get(ChronoField.CLOCK_HOUR_OF_AMPM);
            case 'm' -> t.getMonthValue();
            case 'M' -> t.getMinute();
            case 'S' -> t.getSecond();
            case 'y' -> Math.floorMod(t.getYear(), 100);
            case 'U' -> (t.getDayOfYear() + 6 - t.getDayOfWeek().getValue() % 7) / 7;
            case 'W' -> (t.getDayOfYear() + 6 - (t.getDayOfWeek().getValue() - 1)) / 7;
            case 'V' -> t.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
            default -> throw new TemplateException("strftime_now() does not know the code '%" + code + "'");
        };
    }

    private static String named(String pattern, LocalDateTime time) {
        return java.time.format.DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
                .format(time);
    }
}
