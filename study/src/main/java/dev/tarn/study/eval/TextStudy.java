package dev.tarn.study.eval;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.study.StudyException;
import dev.tarn.study.StudyListener;
import dev.tarn.study.cells.Cells;
import dev.tarn.study.cells.Digest;
import dev.tarn.study.text.TextSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads windows of texts under attentions that are sparse at every position, beside the same model dense. A window under an
 * attention is a cell: what is known of it is not computed again.
 */
public final class TextStudy {
    private final ModelFile model;
    private final Decoder decoder;
    private final EvalOptions options;
    private final List<TextSource> texts;
    private final String identity;
    private final Cells cells;
    private final StudyListener listener;
    private final Map<Integer, List<TextWindow>> windows = new HashMap<>();
    private final WindowPass pass;

    /**
     * A study of one model.
     *
     * @param texts at least one
     * @param identity names, in cells, all that decides results besides what a cell is of: the model, its indexer, the arithmetic
     */
    public TextStudy(
            ModelFile model,
            Decoder decoder,
            EvalOptions options,
            List<TextSource> texts,
            String identity,
            Cells cells,
            StudyListener listener) {
        this.model = model;
        this.decoder = decoder;
        this.options = options;
        this.texts = List.copyOf(texts);
        this.identity = identity;
        this.cells = cells;
        this.listener = listener;
        this.pass = new WindowPass(decoder, listener);
    }

    /**
     * Makes sure, before long work begins, that there are windows of every length.
     *
     * @throws StudyException where a length does not fit the model, or no text is that long
     */
    public void check() {
        for (int context : options.contexts()) {
            int longest = decoder.architecture().contextLength();
            if (context > longest) {
                throw new StudyException("windows of " + context + " tokens do not fit the model's context of "
                        + longest + "; ask for shorter ones");
            }
            windows(context);
        }
    }

    /** The first windows of one length. */
    private List<TextWindow> windows(int context) {
        return windows.computeIfAbsent(
                context, _ -> TextWindow.cut(texts, model.tokenizer(), context, options.windows()));
    }

    /** The tokens of the first window of one length. */
    public int[] firstWindow(int context) {
        return windows(context).getFirst().tokens();
    }

    /** The names of the texts that windows of one length were taken from. */
    public List<String> textNames(int context) {
        return windows(context).stream().map(TextWindow::text).distinct().toList();
    }

    /** All figures of every spec at one length, in the order of the options. */
    public List<TextScores> run(int context) {
        List<AttentionSpec> specs = options.attentions();
        List<AttentionSpec> sparse =
                specs.stream().filter(spec -> !spec.isDense()).distinct().toList();
        List<TextWindow> all = windows(context);
        listener.begin("text at " + context + " tokens", (long) all.size() * context * (1 + sparse.size()));
        Map<AttentionSpec, List<WindowScore>> scores = new HashMap<>();
        for (TextWindow window : all) {
            read(window, sparse);
            for (AttentionSpec spec : specs.stream().distinct().toList()) {
                scores.computeIfAbsent(spec, _ -> new ArrayList<>()).add(full(window, spec));
            }
        }
        return specs.stream()
                .map(spec ->
                        new Aggregate(context, Objects.requireNonNull(scores.get(spec))).scores(options.every(context)))
                .toList();
    }

    /** What one attention reads and loses by perplexity alone; the dense model's losses must be known or are computed. */
    public TextScores losses(int context, AttentionSpec spec) {
        List<TextWindow> all = windows(context);
        listener.begin("text at " + context + " tokens, " + resolved(spec), (long) all.size() * context);
        List<WindowScore> scores = new ArrayList<>();
        for (TextWindow window : all) {
            if (spec.isDense() || known(window, spec) != null) {
                scores.add(full(window, spec));
                listener.advance(context);
            } else {
                scores.add(cells.get(
                        key(window, spec) + "|losses",
                        WindowScore.class,
                        () -> pass.alone(window.tokens(), spec, dense(window).losses())));
            }
        }
        return new Aggregate(context, scores).scores(options.every(context));
    }

    /** Fills the cells of a window that are missing, a group of attentions at a time. */
    private void read(TextWindow window, List<AttentionSpec> specs) {
        int context = window.tokens().length;
        List<AttentionSpec> missing =
                specs.stream().filter(spec -> known(window, spec) == null).toList();
        boolean denseKnown = cells.find(key(window, AttentionSpec.DENSE), DenseWindow.class) != null;
        listener.advance((long) (specs.size() - missing.size()) * context);
        if (missing.isEmpty()) {
            if (denseKnown) {
                listener.advance(context);
            } else {
                dense(window);
            }
            return;
        }
        int group = sideBySide(context);
        for (int from = 0; from < missing.size(); from += group) {
            List<AttentionSpec> now = missing.subList(from, Math.min(missing.size(), from + group));
            WindowPass.Result result = pass.beside(window.tokens(), now, options.every(context));
            cells.keep(key(window, AttentionSpec.DENSE), result.dense());
            for (int i = 0; i < now.size(); i++) {
                cells.keep(key(window, now.get(i)), result.scores().get(i));
            }
        }
    }

    private int sideBySide(int context) {
        KvShape shape = decoder.kvShape();
        long bytes = (shape.entryBytes() + shape.indexBytes()) * shape.layers() * context;
        return Math.clamp(options.cacheBytes() / bytes - 1, 1, Integer.MAX_VALUE);
    }

    private DenseWindow dense(TextWindow window) {
        return cells.get(
                key(window, AttentionSpec.DENSE),
                DenseWindow.class,
                () -> pass.beside(window.tokens(), List.of(), options.every(window.tokens().length))
                        .dense());
    }

    private WindowScore full(TextWindow window, AttentionSpec spec) {
        return spec.isDense() ? dense(window).score() : Objects.requireNonNull(known(window, spec));
    }

    private @Nullable WindowScore known(TextWindow window, AttentionSpec spec) {
        return cells.find(key(window, spec), WindowScore.class);
    }

    private String key(TextWindow window, AttentionSpec spec) {
        int context = window.tokens().length;
        String attention = spec.isDense() ? "dense" : resolved(spec);
        return identity + "|window " + Digest.of(window.tokens()) + "|every " + options.every(context) + "|"
                + attention;
    }

    private String resolved(AttentionSpec spec) {
        return decoder.attention(spec, SelectionListener.NONE).spec().toString();
    }
}
