package dev.tarn.cli.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * The options that a command is mostly given, each with what sets it. A line made of nothing but these is understood without picocli,
 * whose start takes longer than tiny's answer; any other line, right or wrong, is picocli's. Each stands here beside its annotation,
 * which alone says what the option is: both readings give the same fields.
 */
public final class PlainOptions {
    /** So many digits fit an int whatever they are. */
    private static final int MOST_DIGITS = 9;

    private final Map<String, Consumer<String>> valued = new HashMap<>();
    private final Map<String, Runnable> flags = new HashMap<>();

    PlainOptions() {}

    /** An option that takes a text. */
    public PlainOptions text(String name, Consumer<String> set) {
        valued.put(name, set);
        return this;
    }

    /** An option that takes a number; what is no short row of digits is left to picocli. */
    public PlainOptions number(String name, IntConsumer set) {
        return text(name, new Digits(set));
    }

    /** An option without a value. */
    public PlainOptions flag(String name, Runnable set) {
        flags.put(name, set);
        return this;
    }

    /** Sets what {@code args} say from {@code from} on; sets nothing and returns false where a line needs picocli. */
    boolean set(int from, String... args) {
        var settings = new ArrayList<Runnable>();
        var names = new HashSet<String>();
        for (int at = from; at < args.length; at++) {
            var name = args[at];
            var flag = flags.get(name);
            var set = valued.get(name);
            if (flag != null) {
                settings.add(flag);
            } else if (set != null && at + 1 < args.length && isPlain(set, args[at + 1])) {
                var value = args[++at];
                settings.add(() -> set.accept(value));
            } else {
                return false;
            }
            if (!names.add(name)) {
                return false;
            }
        }
        settings.forEach(Runnable::run);
        return true;
    }

    /** The names, of options with a value and without. */
    List<String> names() {
        var names = new ArrayList<>(valued.keySet());
        names.addAll(flags.keySet());
        return names;
    }

    /** Picocli has ideas of its own about values that begin like an option, a quotation or a file of arguments. */
    private static boolean isPlain(Consumer<String> set, String value) {
        return !value.isEmpty()
                && "-@\"'".indexOf(value.charAt(0)) < 0
                && (!(set instanceof Digits) || Digits.are(value));
    }

    /** Sets a number from its digits. */
    private record Digits(IntConsumer set) implements Consumer<String> {
        @Override
        public void accept(String value) {
            set.accept(Integer.parseInt(value));
        }

        /** Whether a value is digits only, few, and without a zero in front. */
        static boolean are(String value) {
            boolean digits = value.length() <= MOST_DIGITS && (value.length() == 1 || value.charAt(0) != '0');
            for (int i = 0; digits && i < value.length(); i++) {
                digits = value.charAt(i) >= '0' && value.charAt(i) <= '9';
            }
            return digits;
        }
    }
}
