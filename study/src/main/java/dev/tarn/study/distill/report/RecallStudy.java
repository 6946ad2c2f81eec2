package dev.tarn.study.distill.report;

import dev.tarn.engine.compute.cpu.Kernels;
import dev.tarn.engine.compute.cpu.Workers;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.tokenize.Tokenizer;
import dev.tarn.study.StudyException;
import dev.tarn.study.StudyListener;
import dev.tarn.study.distill.capture.CapturedWindow;
import dev.tarn.study.distill.capture.WindowReader;
import dev.tarn.study.distill.network.LayerActivations;
import dev.tarn.study.distill.network.LayerNetwork;
import dev.tarn.study.distill.network.RotaryTable;
import dev.tarn.study.distill.text.Book;
import dev.tarn.study.distill.training.TrainedIndexer;
import dev.tarn.study.text.TextSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Measures {@link RecallReport}s by reading windows of held-out text densely. */
public final class RecallStudy {
    private static final int QUERIES = 64;
    private static final int MOST_WINDOWS = 6;
    private static final int[] BUDGETS = {64, 128, 256, 512};
    private static final int WINDOW_SINK = 4;
    private static final List<String> RANKINGS = List.of("indexer", "oracle", "recency", "window", "random");

    private final ModelFile model;
    private final Decoder decoder;
    private final Kernels kernels;
    private final int threads;
    private final StudyListener listener;

    /** A study of one model. */
    public RecallStudy(ModelFile model, Decoder decoder, Kernels kernels, int threads, StudyListener listener) {
        this.model = model;
        this.decoder = decoder;
        this.kernels = kernels;
        this.threads = threads;
        this.listener = listener;
    }

    /**
     * Measures at the longest context that training has seen and at a quarter of it.
     *
     * @param operations what reading may take; at least one window of each length is read
     * @throws StudyException where no text holds a window
     */
    public RecallReport run(TrainedIndexer indexer, List<TextSource> texts, int longest, double operations) {
        List<Book> books =
                texts.stream().map(text -> new Book(text, model.tokenizer())).toList();
        List<RecallReport.Context> contexts = new ArrayList<>();
        for (int context : new int[] {longest / 4, longest}) {
            double each = WindowReader.operations(decoder.architecture(), model.weights(), context);
            int windows = (int) Math.clamp(operations / 2 / each, 1, MOST_WINDOWS);
            contexts.add(measure(indexer, books, context, windows));
        }
        return new RecallReport(List.copyOf(contexts));
    }

    private RecallReport.Context measure(TrainedIndexer indexer, List<Book> books, int context, int windows) {
        listener.begin("recall at " + context + " tokens", windows);
        int layers = indexer.plan().groups().size();
        double[][][] sums = new double[layers][RANKINGS.size()][BUDGETS.length];
        int[] positions = positions(context);
        WindowReader reader = new WindowReader(decoder, indexer.plan().capture(decoder.architecture()));
        try (Workers workers = new Workers(threads)) {
            LayerNetwork[] networks = new LayerNetwork[threads];
            RotaryTable rotary = new RotaryTable(indexer.shape(), context);
            for (int i = 0; i < threads; i++) {
                networks[i] = new LayerNetwork(
                        kernels,
                        indexer.shape(),
                        decoder.architecture().attention(),
                        rotary,
                        false,
                        context,
                        positions.length);
            }
            for (int w = 0; w < windows; w++) {
                try (CapturedWindow window = reader.read(tokens(books, context, w), positions)) {
                    workers.run(
                            layers,
                            (layer, worker) ->
                                    measure(networks[worker], window, indexer, layer, positions, sums[layer]));
                }
                listener.advance(1);
            }
        }
        return new RecallReport.Context(
                context, windows, positions.length, results(indexer, sums, windows * positions.length));
    }

    /** Positions spread over the last quarter. */
    private static int[] positions(int context) {
        int count = Math.min(QUERIES, context / 4);
        return IntStream.range(0, count)
                .map(i -> context - context / 4 + i * (context / 4) / count)
                .toArray();
    }

    /** Window number {@code index}: the texts in turn, spread over each. */
    private int[] tokens(List<Book> books, int context, int index) {
        List<Book> longEnough =
                books.stream().filter(book -> book.length() >= context).toList();
        if (longEnough.isEmpty()) {
            throw new StudyException(
                    "no held-out text holds a window of " + context + " tokens; give longer --held-out");
        }
        Book book = longEnough.get(index % longEnough.size());
        int turn = index / longEnough.size();
        int from = (int) ((long) (book.length() - context) * turn / MOST_WINDOWS);
        int[] tokens = book.tokens(from, context);
        Tokenizer tokenizer = model.tokenizer();
        if (tokenizer.addsBos()) {
            tokens[0] = tokenizer.bos();
        }
        return tokens;
    }

    private static void measure(
            LayerNetwork network,
            CapturedWindow window,
            TrainedIndexer indexer,
            int place,
            int[] positions,
            double[][] sums) {
        int sink = indexer.options().objective().sink();
        int recent = indexer.options().objective().recent();
        List<LayerActivations> targets =
                indexer.plan().groups().get(place).stream().map(window::layer).toList();
        RankedMass ranked = new RankedMass(BUDGETS);
        network.compare(
                targets.getFirst(), targets, indexer.parameters().get(place), positions, (t, attention, scores, at) -> {
                    int n = t + 1;
                    ranked.add(attention, scores, at, n, sink, recent, sums[0]);
                    ranked.add(attention, attention, at, n, 0, 0, sums[1]);
                    for (int i = 0; i < BUDGETS.length; i++) {
                        int k = Math.min(BUDGETS[i], n);
                        sums[2][i] += sum(attention, at + n - k, k);
                        int sinks = Math.min(WINDOW_SINK, k);
                        sums[3][i] += sum(attention, at, sinks) + sum(attention, at + n - k + sinks, k - sinks);
                        sums[4][i] += (double) k / n;
                    }
                });
    }

    private static double sum(float[] x, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += x[i];
        }
        return sum;
    }

    private static List<RecallReport.Result> results(TrainedIndexer indexer, double[][][] sums, int queries) {
        List<RecallReport.Result> results = new ArrayList<>();
        for (int i = 0; i < BUDGETS.length; i++) {
            for (int r = 0; r < RANKINGS.size(); r++) {
                List<RecallReport.Layer> layers = new ArrayList<>();
                for (int place = 0; place < sums.length; place++) {
                    layers.add(
                            new RecallReport.Layer(indexer.plan().indexed().get(place), sums[place][r][i] / queries));
                }
                double mean = layers.stream()
                        .mapToDouble(RecallReport.Layer::recall)
                        .average()
                        .orElseThrow();
                results.add(new RecallReport.Result(BUDGETS[i], RANKINGS.get(r), mean, List.copyOf(layers)));
            }
        }
        return List.copyOf(results);
    }
}
