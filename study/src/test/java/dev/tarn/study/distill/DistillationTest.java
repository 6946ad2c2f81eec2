package dev.tarn.study.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.compute.cpu.Kernels;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.IndexerFile;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.ModelLocator;
import dev.tarn.study.StudyException;
import dev.tarn.study.Tiny;
import dev.tarn.study.distill.capture.CapturedWindow;
import dev.tarn.study.distill.capture.WindowReader;
import dev.tarn.study.distill.network.IndexerShape;
import dev.tarn.study.distill.network.LayerActivations;
import dev.tarn.study.distill.network.LayerNetwork;
import dev.tarn.study.distill.network.Objective;
import dev.tarn.study.distill.network.RotaryTable;
import dev.tarn.study.distill.report.RecallReport;
import dev.tarn.study.distill.text.TextMix;
import dev.tarn.study.distill.training.TrainedIndexer;
import dev.tarn.study.distill.training.TrainingOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Short runs on the embedded model; texts are the held-out books, since nothing here is about quality on text never seen. */
class DistillationTest {
    private static final Kernels KERNELS = KernelProvider.select();
    private static ModelFile model;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        model = ModelFile.open(ModelLocator.find(ModelLocator.TINY));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static DistillOptions options(int steps, int threads, int share, double selectedStage) {
        return options(steps, threads, share, selectedStage, 0.05f);
    }

    private static DistillOptions options(int steps, int threads, int share, double selectedStage, float muon) {
        TrainingOptions training = new TrainingOptions(
                new Objective(4, 16, 0.5f, 0, 1), 32, 2, 2, 2, 2e-3f, muon, 0.5, share, selectedStage, 40, 3);
        return options(training, steps, threads);
    }

    private static DistillOptions options(TrainingOptions training, int steps, int threads) {
        return new DistillOptions(
                training, new TextMix(Map.of(256, 1.0, 384, 1.0), 0.5, 3), 2, 16, 8, steps, 1, threads);
    }

    /** Keeps the log; stops the run after some rounds where it is told to. */
    private static final class Log implements DistillListener {
        final List<String> lines = new ArrayList<>();
        int roundsLeft = Integer.MAX_VALUE;

        @Override
        public void say(String line) {
            lines.add(line);
        }

        @Override
        public void begin(String part, long total) {}

        @Override
        public void advance(long steps) {
            if (steps > 0 && roundsLeft-- == 0) {
                throw new StudyException("interrupted");
            }
        }
    }

    /** Opens what a run needs and lets it do something. */
    private interface Use<T extends @Nullable Object> {
        T with(Distillation run, Log log);
    }

    private <T extends @Nullable Object> T run(String name, DistillOptions options, WeightType type, Use<T> use) {
        Log log = new Log();
        try (CpuBackend backend = new CpuBackend(KERNELS, options.threads());
                Decoder decoder = new Decoder(model, backend, null);
                Distillation run = new Distillation(
                        model, decoder, KERNELS, Tiny.books(), options, type, folder.resolve(name), log)) {
            return use.with(run, log);
        }
    }

    private TrainedIndexer train(String name, DistillOptions options) {
        return run(name, options, WeightType.F32, (run, _) -> run.train());
    }

    private byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
    }

    @Test
    void train_sameSeed_givesTheSameFileOnAnyNumberOfThreads() throws IOException {
        TrainedIndexer one = train("one.safetensors", options(6, 1, 1, 0));
        TrainedIndexer three = train("three.safetensors", options(6, 3, 1, 0));

        assertThat(one.steps()).isEqualTo(6);
        assertThat(bytes("one.safetensors")).isEqualTo(bytes("three.safetensors"));
        assertThat(one.operations()).isEqualTo(three.operations());
    }

    @ParameterizedTest(name = "Muon at {0}")
    @ValueSource(floats = {0, 0.05f})
    void train_aFewSteps_ranksHeldOutTextBetter(float muon) {
        List<Double> recalls = new ArrayList<>();
        for (int steps : new int[] {2, 60}) {
            RecallReport report = run("steps.safetensors", options(steps, 2, 1, 0, muon), WeightType.F16, (run, _) -> {
                return run.report(KERNELS, run.train(), Tiny.books());
            });
            recalls.add(recall(report.contexts().getLast(), 128, "indexer"));
        }
        assertThat(recalls.get(1)).isGreaterThan(recalls.get(0) + 0.03);
    }

    @Test
    void resume_afterAnInterruption_endsAsARunThatNeverStopped() throws IOException {
        train("whole.safetensors", options(8, 2, 1, 0.5));
        run("cut.safetensors", options(8, 2, 1, 0.5), WeightType.F32, (run, log) -> {
            log.roundsLeft = 2;
            assertThatThrownBy(run::train).hasMessage("interrupted");
            run.save();
            return null;
        });
        assertThat(folder.resolve("cut.safetensors.checkpoint")).exists();

        run("cut.safetensors", options(8, 2, 1, 0.5), WeightType.F32, (run, log) -> {
            run.resume();
            assertThat(log.lines).anyMatch(line -> line.contains("after 6 steps"));
            run.train();
            run.finish();
            return null;
        });

        assertThat(bytes("cut.safetensors")).isEqualTo(bytes("whole.safetensors"));
        assertThat(folder.resolve("cut.safetensors.checkpoint")).doesNotExist();
    }

    @Test
    void resume_fromTheMiddleOfARound_endsAsARunThatNeverStopped() throws IOException {
        int steps = 40;
        TrainingOptions training =
                new TrainingOptions(new Objective(4, 16, 0.5f, 0, 1), 32, 2, steps, 2, 2e-3f, 0.05f, 0.5, 1, 0, 40, 3);
        Path part = folder.resolve("part.safetensors.checkpoint");
        run("round.safetensors", options(training, steps, 2), WeightType.F32, (run, _) -> {
            CompletableFuture<TrainedIndexer> whole = CompletableFuture.supplyAsync(run::train);
            while (!Files.exists(run.checkpoint())) {
                run.save();
            }
            copy(run.checkpoint(), part);
            return whole.join();
        });

        run("part.safetensors", options(training, steps, 2), WeightType.F32, (run, log) -> {
            run.resume();
            assertThat(log.lines).anyMatch(line -> line.matches("resumed after [1-3]?[0-9] steps"));
            return run.train();
        });

        assertThat(bytes("part.safetensors")).isEqualTo(bytes("round.safetensors"));
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void resume_withOtherOptionsOrNothing_isRefusedInOneLine() {
        assertThatThrownBy(() -> run("none.safetensors", options(4, 1, 1, 0), WeightType.F32, (run, _) -> {
                    run.resume();
                    return null;
                }))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("no checkpoint");
        train("other.safetensors", options(4, 1, 1, 0));
        assertThatThrownBy(() -> run("other.safetensors", options(6, 1, 1, 0), WeightType.F32, (run, _) -> {
                    run.resume();
                    return null;
                }))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("another run")
                .hasMessageNotContaining("\n");
    }

    /** Keeps the index scores that the engine computes in one layer. */
    private static final class Scores implements SelectionListener {
        private final int layer;
        final Map<Integer, float[]> rows = new HashMap<>();

        Scores(int layer) {
            this.layer = layer;
        }

        @Override
        public void selected(LayerInput input, int row, int group, Selection selection, float @Nullable [] scores) {
            if (input.layer() == layer && scores != null) {
                rows.put(input.position(row), Arrays.copyOf(scores, input.position(row) + 1));
            }
        }
    }

    @Test
    void file_readByTheEngine_scoresAsTheNetworkDid() {
        TrainedIndexer trained = train("engine.safetensors", options(4, 2, 1, 0));
        int[] tokens = tokens();
        int[] positions = {90, 128, 199};
        // Layer 0: what deeper layers see depends on the selections above them.
        Scores engine = new Scores(0);
        try (CpuBackend backend = new CpuBackend(KERNELS, 2);
                IndexerFile file = IndexerFile.open(folder.resolve("engine.safetensors"));
                Decoder decoder = new Decoder(model, backend, file);
                Sequence sequence =
                        new Sequence(decoder, decoder.attention(AttentionSpecs.parse("dsa:k=32"), engine))) {
            assertThat(file.warning(model)).isNull();
            assertThat(file.metadata().sink()).isEqualTo(4);
            assertThat(file.metadata().recent()).isEqualTo(16);
            assertThat(file.metadata().training()).containsEntry("steps", 4).containsEntry("seed", 3);
            sequence.prefill(tokens, 64, _ -> {});
            WindowReader reader = new WindowReader(decoder, trained.plan().capture(model.architecture()));
            try (CapturedWindow window = reader.read(tokens, positions)) {
                LayerActivations layer = window.layer(0);
                network(trained.shape(), tokens.length)
                        .compare(
                                layer,
                                List.of(layer),
                                trained.parameters().getFirst(),
                                positions,
                                (t, _, scores, at) -> {
                                    float[] expected = engine.rows.get(t);
                                    for (int s = 0; s <= t; s++) {
                                        assertThat(scores[at + s]).isCloseTo(expected[s], within(2e-3f));
                                    }
                                });
            }
        }
    }

    private static int[] tokens() {
        String text = Tiny.books().getFirst().content().substring(0, 3000);
        return Arrays.copyOf(model.tokenizer().encodeWithBos(text, false), 200);
    }

    private static LayerNetwork network(IndexerShape shape, int tokens) {
        return new LayerNetwork(
                KERNELS, shape, model.architecture().attention(), new RotaryTable(shape, tokens), false, tokens, 8);
    }

    @Test
    void train_sharedByThreeLayers_writesOneIndexerForEachGroupThatTheEngineUses() {
        train("shared.safetensors", options(4, 2, 3, 0));
        Scores first = new Scores(3);
        Scores second = new Scores(4);
        int[] tokens = tokens();
        try (CpuBackend backend = new CpuBackend(KERNELS, 1);
                IndexerFile file = IndexerFile.open(folder.resolve("shared.safetensors"));
                Decoder decoder = new Decoder(model, backend, file)) {
            assertThat(file.weights().names().stream().filter(name -> name.endsWith("wk")))
                    .containsExactly("layers.0.indexer.wk", "layers.3.indexer.wk", "layers.6.indexer.wk");
            Map<Integer, int[]> selections = new HashMap<>();
            SelectionListener listener = (input, row, _, selection, scores) -> {
                (input.layer() == 3 ? first : second).selected(input, row, Selection.ALL_HEADS, selection, scores);
                if (input.position(row) == 150 && input.layer() >= 3 && input.layer() <= 5) {
                    selections.put(input.layer(), Arrays.copyOf(selection.positions, selection.count));
                }
            };
            try (Sequence sequence =
                    new Sequence(decoder, decoder.attention(AttentionSpecs.parse("dsa:k=40"), listener))) {
                sequence.prefill(tokens, 100, _ -> {});
            }
            assertThat(first.rows).isNotEmpty();
            assertThat(second.rows).isEmpty();
            assertThat(selections.get(4)).isEqualTo(selections.get(3)).hasSize(40);
            assertThat(selections.get(5)).isEqualTo(selections.get(3));
        }
    }

    @Test
    void report_ofAnyIndexer_liesBetweenChanceAndTheOracle() {
        RecallReport report = run("report.safetensors", options(4, 2, 1, 0), WeightType.F16, (run, _) -> {
            TrainedIndexer trained = run.train();
            return run.report(KERNELS, trained, Tiny.books());
        });
        assertThat(report.contexts()).extracting(RecallReport.Context::context).containsExactly(96, 384);
        for (RecallReport.Context context : report.contexts()) {
            for (int k : new int[] {64, 128, 256}) {
                double oracle = recall(context, k, "oracle");
                for (String ranking : List.of("indexer", "recency", "window", "random")) {
                    assertThat(recall(context, k, ranking)).as(ranking).isBetween(0.0, oracle + 1e-6);
                }
                assertThat(recall(context, k, "random")).isLessThan(recall(context, k, "window") + 1e-6);
            }
            assertThat(recall(context, 512, "oracle")).isCloseTo(1, within(1e-4));
            assertThat(context.results().getFirst().layers()).hasSize(8);
        }
    }

    private static double recall(RecallReport.Context context, int k, String ranking) {
        return context.results().stream()
                .filter(result -> result.k() == k && result.ranking().equals(ranking))
                .findFirst()
                .orElseThrow()
                .recall();
    }
}
