package dev.tarn.study.distill;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.cpu.Kernels;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.IndexerFile;
import dev.tarn.engine.model.IndexerMetadata;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.engine.model.architecture.AttentionProjection;
import dev.tarn.study.EvaluationRow;
import dev.tarn.study.StudyException;
import dev.tarn.study.distill.capture.WindowReaders;
import dev.tarn.study.distill.network.IndexerShape;
import dev.tarn.study.distill.report.RecallReport;
import dev.tarn.study.distill.report.RecallStudy;
import dev.tarn.study.distill.text.TrainingText;
import dev.tarn.study.distill.training.LayerPlan;
import dev.tarn.study.distill.training.TrainedIndexer;
import dev.tarn.study.distill.training.Trainer;
import dev.tarn.study.text.TextSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Trains an indexer for a dense backbone, saving it and a checkpoint as it goes. {@link #save} may be called from any thread, so
 * that an interrupted run keeps what it has.
 */
public final class Distillation implements AutoCloseable {
    private static final Duration CHECKPOINT_EVERY = Duration.ofMinutes(2);
    private static final Duration SPEAK_EVERY = Duration.ofSeconds(30);
    private final ModelFile model;
    private final Decoder decoder;
    private final DistillOptions options;
    private final DistillListener listener;
    private final Path out;
    private final IndexerWriter writer;
    private final WindowReaders readers;
    private final Trainer trainer;
    private final LayerPlan plan;
    private final RunPlan run;
    private final String fingerprint;
    private long savedAt;
    private long spokeAt;
    private boolean shortened;

    /**
     * Makes everything ready and says what it will take.
     *
     * @param decoder of the model, without an indexer
     * @param out where the indexer will be written; the checkpoint lies beside it
     * @throws StudyException where the model needs no indexer, or memory or texts do not suffice
     */
    public Distillation(
            ModelFile model,
            Decoder decoder,
            Kernels kernels,
            List<TextSource> texts,
            DistillOptions options,
            WeightType type,
            Path out,
            DistillListener listener) {
        this.model = model;
        this.decoder = decoder;
        this.options = options;
        this.listener = listener;
        this.out = out;
        Architecture a = decoder.architecture();
        requireDense(a);
        this.plan = LayerPlan.of(a, options.training().share());
        IndexerShape shape = new IndexerShape(
                a.hidden(), options.heads(), options.dim(), options.ropeDims(), IndexerMetadata.ropeTheta(a));
        this.run = RunPlan.of(a, model.weights(), plan, shape, options);
        listener.say(run.describe());
        run.requireMemory();
        this.writer = new IndexerWriter(model, type);
        this.fingerprint = fingerprint(texts);
        this.readers = new WindowReaders(model, kernels, plan.capture(a), options.threads());
        this.trainer = new Trainer(
                readers,
                a,
                kernels,
                options.threads(),
                plan,
                shape,
                options.training(),
                new TrainingText(model, texts, options.mix()),
                model.weights(),
                options.mix().longest(),
                run.rounds());
    }

    private void requireDense(Architecture a) {
        if (decoder.isNativelySparse()) {
            throw new StudyException(model.path() + ": was trained with an indexer of its own and needs no other");
        }
        if (a.projection() instanceof AttentionProjection.Latent) {
            throw new StudyException(
                    model.path() + ": has latent attention; indexers are trained for grouped-query attention only");
        }
        if (options.mix().longest() > a.contextLength()) {
            throw new StudyException("windows of " + options.mix().longest()
                    + " tokens do not fit the model's context of " + a.contextLength() + "; give shorter --contexts");
        }
    }

    /** All that decides the run's numbers, so that a checkpoint is not continued by another run. */
    private String fingerprint(List<TextSource> texts) {
        return "model " + model.sha256() + ", texts "
                + texts.stream().mapToInt(text -> text.content().hashCode()).sum() + ", rounds " + run.rounds() + ", "
                + options.training() + ", " + options.mix() + ", " + options.heads() + " heads of " + options.dim()
                + ", "
                + options.ropeDims() + " rotated";
    }

    /** Where the state is kept that {@link #resume} continues from. */
    public Path checkpoint() {
        return out.resolveSibling(out.getFileName() + ".checkpoint");
    }

    /**
     * Continues where a run with the same options stopped.
     *
     * @throws StudyException where there is no checkpoint of such a run
     */
    public void resume() {
        if (!Files.isRegularFile(checkpoint())) {
            throw new StudyException(checkpoint() + ": there is no checkpoint to resume; leave --resume out");
        }
        listener.begin("reading windows again", 1);
        trainer.resume(checkpoint(), fingerprint);
        listener.say("resumed after " + trainer.snapshot().steps() + " steps");
    }

    /** Trains to the end, or until the time is up. */
    public TrainedIndexer train() {
        savedAt = System.nanoTime();
        spokeAt = savedAt;
        int perRound = options.training().stepsPerWindow();
        listener.begin("distill", (long) trainer.totalRounds() * perRound);
        listener.advance((long) trainer.rounds() * perRound);
        trainer.run(this::advanced);
        save();
        return trainer.snapshot();
    }

    private void advanced(Trainer running) {
        listener.advance(options.training().stepsPerWindow());
        long now = System.nanoTime();
        if (now - spokeAt > SPEAK_EVERY.toNanos() || running.rounds() == running.totalRounds()) {
            listener.say(progress(running.snapshot()));
            spokeAt = now;
        }
        if (now - savedAt > CHECKPOINT_EVERY.toNanos()) {
            save();
            savedAt = now;
        }
        keepTime(running);
    }

    /** A machine slower than planned gets a shorter run instead of one that ends late, as long as it is slower; the user is told. */
    private void keepTime(Trainer running) {
        if (options.steps() > 0 || running.rounds() == running.totalRounds()) {
            return;
        }
        int fitting = run.fitting(running.rounds(), running.snapshot().seconds(), running.totalRounds());
        if (fitting != running.totalRounds()) {
            running.plan(fitting);
            if (!shortened) {
                listener.say(
                        "this machine is slower than planned: the run is shortened to fit its time, so another run may"
                                + " differ; --steps makes runs repeatable whatever the time");
            }
            shortened = true;
        }
    }

    private static String progress(TrainedIndexer now) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "step %d, %.1f TFLOP at %.0f GFLOP/s: KL %.3f, by layer",
                now.steps(),
                now.operations() / 1e12,
                now.operations() / now.seconds() / 1e9,
                now.meanLoss()));
        now.loss().forEach(loss -> line.append(String.format(Locale.ROOT, " %.2f", loss)));
        return line.toString();
    }

    /** Writes the indexer as it is now, and a checkpoint beside it. */
    public void save() {
        TrainedIndexer now = trainer.snapshot();
        if (now.steps() > 0) {
            trainer.checkpoint(checkpoint(), fingerprint);
            writer.write(now, out);
        }
    }

    /** Removes the checkpoint of a finished run. */
    public void finish() {
        try {
            Files.deleteIfExists(checkpoint());
        } catch (IOException e) {
            throw new EngineException(checkpoint() + ": cannot be deleted (" + e.getMessage() + ")", e);
        }
    }

    /** Steps and time of the plan were cut because the machine was slower. */
    public boolean shortened() {
        return shortened;
    }

    /** How much of dense attention the indexer's selections hold, on texts it was not trained on. */
    public RecallReport report(Kernels kernels, TrainedIndexer indexer, List<TextSource> heldOut) {
        return new RecallStudy(model, decoder, kernels, options.threads(), listener)
                .run(indexer, heldOut, options.mix().longest(), run.reportOperations());
    }

    /** What the written indexer does in the engine. */
    public List<EvaluationRow> fullReport(List<TextSource> heldOut) {
        try (IndexerFile file = IndexerFile.open(out);
                Decoder sparse = new Decoder(model, decoder.backend(), file)) {
            return FullReport.measure(
                    model,
                    sparse,
                    heldOut,
                    options.mix().longest(),
                    options.training().seed(),
                    listener);
        }
    }

    @Override
    public void close() {
        trainer.close();
        readers.close();
    }
}
