package dev.tarn.study.distill.training;

import dev.tarn.study.distill.capture.CapturedWindow;
import dev.tarn.study.distill.capture.WindowReaders;
import dev.tarn.study.distill.text.TextWindow;
import dev.tarn.study.distill.text.TrainingText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The last few windows, so that one pass of the backbone serves several steps. Windows may be read ahead of their turn. */
final class WindowPool implements AutoCloseable {
    private final TrainingText text;
    private final WindowReaders readers;
    private final TrainingOptions options;
    private final Deque<PooledWindow> windows = new ArrayDeque<>();
    private final Deque<PooledWindow> ahead = new ArrayDeque<>();

    WindowPool(TrainingText text, WindowReaders readers, TrainingOptions options) {
        this.text = text;
        this.readers = readers;
        this.options = options;
    }

    /**
     * Takes in window number {@code index}; the oldest leaves where the pool is full.
     *
     * @param end windows from here on will not be asked for
     * @return the new window's tokens
     */
    int add(int index, int end) {
        if (ahead.isEmpty()) {
            readAhead(index, Math.min(end, index + readers.count()));
        }
        if (windows.size() == options.pool()) {
            windows.removeFirst().window().close();
        }
        windows.addLast(ahead.removeFirst());
        return windows.getLast().window().tokens();
    }

    private void readAhead(int from, int to) {
        List<WindowReaders.Request> requests = new ArrayList<>();
        List<TextWindow> texts = new ArrayList<>();
        for (int index = from; index < to; index++) {
            TextWindow next = text.window(index);
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(options.seed() * 7_368_787 + index);
            int first = options.objective().firstPosition();
            int[] sampled = PooledWindow.sample(random, next, first, options.kept());
            texts.add(next);
            requests.add(new WindowReaders.Request(next.tokens(), sampled));
        }
        List<CapturedWindow> captured = readers.read(requests);
        for (int i = 0; i < captured.size(); i++) {
            ahead.addLast(new PooledWindow(captured.get(i), texts.get(i).tail()));
        }
    }

    /** What the backbone computed over the window taken in last. */
    CapturedWindow newest() {
        return windows.getLast().window();
    }

    /** Draws the windows of one step. */
    List<PooledWindow> draw(RandomGenerator random) {
        List<PooledWindow> all = new ArrayList<>(windows);
        List<PooledWindow> drawn = new ArrayList<>();
        for (int i = 0; i < options.windowsPerStep(); i++) {
            drawn.add(all.get(random.nextInt(all.size())));
        }
        return drawn;
    }

    @Override
    public void close() {
        windows.forEach(window -> window.window().close());
        ahead.forEach(window -> window.window().close());
        windows.clear();
        ahead.clear();
    }
}
