package dev.tarn.study.bench;

import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.compute.Ceilings;
import dev.tarn.engine.kv.KvCache;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.IndexerSource;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.RandomIndexer;
import dev.tarn.study.StudyListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures decoding at depths and prefill of lengths. Caches are filled with random entries, but the rankings really score and
 * choose in every step. A model without an indexer gets a random one where an attention asks for it.
 */
public final class SpeedBench implements AutoCloseable {
    /** Warm-up and metered pass of a row, in repetitions, for the display of progress. */
    private static final int BESIDES = 2;

    private final ModelFile model;
    private final IntFunction<? extends Backend> backends;
    private final IntFunction<Ceilings> machine;
    private final BenchOptions options;
    private final StudyListener listener;
    private final IndexerSource indexer;
    private final boolean ownsIndexer;
    private final Map<Integer, Ceilings> ceilings = new HashMap<>();
    private final Map<Boolean, BenchSession> sessions = new HashMap<>();

    /**
     * A benchmark of one model.
     *
     * @param trained the model's indexer, or null
     * @param backends makes a backend of so many threads
     * @param machine measures what so many threads can do
     */
    public SpeedBench(
            ModelFile model,
            @Nullable IndexerSource trained,
            IntFunction<? extends Backend> backends,
            IntFunction<Ceilings> machine,
            BenchOptions options,
            StudyListener listener) {
        this.model = model;
        this.backends = backends;
        this.machine = machine;
        this.options = options;
        this.listener = listener;
        this.ownsIndexer = trained == null;
        this.indexer = trained == null ? new RandomIndexer(options.seed()) : trained;
    }

    /** Measures all rows: by threads, then decoding by depth, then prefill by length, each under every attention. */
    public BenchResult run() {
        int rows = options.threads().size()
                * options.attentions().size()
                * (options.depths().size() + options.prefills().size());
        listener.begin(rows + " rows", (long) rows * (options.repetitions() + BESIDES));
        List<BenchRow> results = new ArrayList<>();
        for (int threads : options.threads()) {
            Ceilings reach = ceilings.computeIfAbsent(threads, machine::apply);
            for (int depth : options.depths()) {
                options.attentions().forEach(spec -> results.add(decode(threads, depth, spec, reach)));
            }
            for (int tokens : options.prefills()) {
                options.attentions().forEach(spec -> results.add(prefill(threads, tokens, spec, reach)));
            }
            closeSessions();
        }
        return new BenchResult(
                List.copyOf(results), Objects.requireNonNull(ceilings.get(Collections.max(options.threads()))));
    }

    /** Models without sparse attention of their own run dense rows without an indexer: it would cost and serve nothing. */
    private BenchSession session(int threads, AttentionSpec spec) {
        boolean indexed = spec.needsIndexer();
        return sessions.computeIfAbsent(indexed, _ -> {
            boolean own = model.architecture().indexer() != null;
            return new BenchSession(model, indexed && !own ? indexer : null, backends, threads, options);
        });
    }

    private record Measured(double[] rates, double residentMb, Split split, Floor floor) {}

    private BenchRow decode(int threads, int depth, AttentionSpec spec, Ceilings reach) {
        BenchSession session = session(threads, spec);
        Attention attention = session.attention(spec);
        KvCache cache = session.cache(depth);
        session.warmUpDecode(cache, attention);
        listener.advance(1);
        int[] ids = session.ids(options.tokens());
        double[] rates = rates(ids.length, () -> BenchSession.decode(session.decoder(), cache, attention, ids));
        double resident = resident();
        try (StepMeter meter = new StepMeter(session, spec)) {
            Measured measured =
                    new Measured(rates, resident, meter.splitDecode(cache, ids), meter.floorOfStep(cache, ids[0]));
            listener.advance(1);
            double ceiling = measured.floor.tokensPerSecond(reach, 1);
            boolean beyond = isBeyond((long) depth + options.tokens());
            return row(BenchRow.Test.DECODE, depth, null, attention.spec(), threads, beyond, measured, ceiling);
        }
    }

    private BenchRow prefill(int threads, int tokens, AttentionSpec spec, Ceilings reach) {
        BenchSession session = session(threads, spec);
        Attention attention = session.attention(spec);
        session.warmUpPrefill(attention, tokens);
        listener.advance(1);
        int[] ids = session.ids(tokens);
        double[] rates = rates(tokens, () -> BenchSession.prefill(session.decoder(), attention, ids));
        double resident = resident();
        try (StepMeter meter = new StepMeter(session, spec)) {
            Measured measured = new Measured(rates, resident, meter.splitPrefill(ids), meter.floorOfPrefill(ids[0]));
            listener.advance(1);
            double ceiling = measured.floor.tokensPerSecond(reach, Math.min(tokens, Decoder.BATCH));
            boolean beyond = isBeyond(tokens);
            return row(BenchRow.Test.PREFILL, null, tokens, attention.spec(), threads, beyond, measured, ceiling);
        }
    }

    private boolean isBeyond(long tokens) {
        return tokens > model.architecture().contextLength();
    }

    private double[] rates(int tokens, LongSupplier nanos) {
        double[] rates = new double[options.repetitions()];
        for (int i = 0; i < rates.length; i++) {
            rates[i] = tokens * 1e9 / nanos.getAsLong();
            listener.advance(1);
        }
        return rates;
    }

    private BenchRow row(
            BenchRow.Test test,
            @Nullable Integer depth,
            @Nullable Integer tokens,
            AttentionSpec spec,
            int threads,
            boolean beyond,
            Measured measured,
            double ceiling) {
        double median = median(measured.rates);
        return new BenchRow(
                test,
                depth,
                tokens,
                spec.toString(),
                threads,
                spec.needsIndexer() ? indexerOrigin() : null,
                beyond,
                median,
                standardDeviation(measured.rates),
                measured.rates.length,
                measured.split,
                measured.floor,
                ceiling,
                median / ceiling,
                measured.residentMb);
    }

    private String indexerOrigin() {
        if (model.architecture().indexer() != null) {
            return "the model's own";
        }
        return ownsIndexer ? indexer.origin() : "trained";
    }

    /** Megabytes beyond mapped files and what the caches took. */
    private double resident() {
        long caches = sessions.values().stream()
                .mapToLong(session -> session.decoder().cacheBytes())
                .sum();
        var bytes = ResidentMemory.bytes();
        return bytes.isPresent() ? (bytes.getAsLong() - caches) / 1e6 : Double.NaN;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double standardDeviation(double[] values) {
        double mean = Arrays.stream(values).average().orElse(Double.NaN);
        double squares = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
        return values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
    }

    private void closeSessions() {
        sessions.values().forEach(BenchSession::close);
        sessions.clear();
    }

    @Override
    public void close() {
        closeSessions();
        if (ownsIndexer) {
            indexer.close();
        }
    }
}
