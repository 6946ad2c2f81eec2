package dev.tarn.study.distill.training;

import dev.tarn.study.distill.capture.WindowReader;
import dev.tarn.study.distill.text.TextWindow;
import dev.tarn.study.distill.text.TrainingText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The last few windows, so that one pass of the backbone serves several steps. */
final class WindowPool implements AutoCloseable {
    private final TrainingText text;
    private final WindowReader reader;
    private final TrainingOptions options;
    private final Deque<PooledWindow> windows = new ArrayDeque<>();

    WindowPool(TrainingText text, WindowReader reader, TrainingOptions options) {
        this.text = text;
        this.reader = reader;
        this.options = options;
    }

    /** Reads window number {@code index}; the oldest leaves where the pool is full. Returns the new window's tokens. */
    int add(int index) {
        if (windows.size() == options.pool()) {
            windows.removeFirst().window().close();
        }
        TextWindow next = text.window(index);
        RandomGenerator random =
                RandomGeneratorFactory.of("L64X128MixRandom").create(options.seed() * 7_368_787 + index);
        int[] sampled = PooledWindow.sample(random, next, options.objective().firstPosition(), options.kept());
        windows.addLast(new PooledWindow(reader.read(next.tokens(), sampled), next.tail()));
        return next.tokens().length;
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
        windows.clear();
    }
}
