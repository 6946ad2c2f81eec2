package dev.tarn.engine.chat.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's {@code x[start:stop:step]}. */
final class Slices {
    private Slices() {}

    static Object slice(Rendering runtime, Object of, Object start, Object stop, Object step) {
        return switch (of) {
            case String text -> {
                runtime.budget().grow(text.length());
                StringBuilder out = new StringBuilder();
                picked(text.codePoints().boxed().<Object>map(c -> c).toList(), start, stop, step)
                        .forEach(c -> out.appendCodePoint((Integer) c));
                yield out.toString();
            }
            case List<?> list -> picked(grown(runtime, list), start, stop, step);
            case Tuple tuple -> new Tuple(picked(grown(runtime, tuple.items()), start, stop, step));
            case Range range -> picked(grown(runtime, range.items()), start, stop, step);
            case Undefined undefined -> throw undefined.fault();
            default -> new Undefined("'" + Values.typeName(of) + " object' cannot be sliced");
        };
    }

    private static List<?> grown(Rendering runtime, List<?> list) {
        runtime.budget().grow(list.size());
        return list;
    }

    private static List<Object> picked(List<?> items, Object start, Object stop, Object step) {
        long by = bound(step, 1);
        if (by == 0) {
            throw new TemplateException("slice step cannot be zero");
        }
        int n = items.size();
        long from = clamp(bound(start, by > 0 ? 0 : n - 1L), start, n, by);
        long to = stop == None.NONE ? (by > 0 ? n : -1) : clamp(bound(stop, 0), stop, n, by);
        List<Object> out = new ArrayList<>();
        for (long i = from; by > 0 ? i < to : i > to; i += by) {
            out.add(items.get((int) i));
            if (Math.abs(by) > n) {
                break;
            }
        }
        return out;
    }

    private static long bound(Object value, long otherwise) {
        return value == None.NONE ? otherwise : Values.integer(value, "a slice's bound");
    }

    private static long clamp(long position, Object given, int n, long by) {
        long absolute = given != None.NONE && position < 0 ? position + n : position;
        long lowest = by > 0 ? 0 : -1;
        return Math.max(lowest, Math.min(absolute, by > 0 ? n : n - 1L));
    }
}
