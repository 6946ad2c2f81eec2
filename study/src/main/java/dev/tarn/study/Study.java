package dev.tarn.study;

import dev.tarn.engine.decode.Generator;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.study.access.AccessResult;
import dev.tarn.study.access.AccessStudy;
import dev.tarn.study.access.TraceStudy;
import dev.tarn.study.fidelity.FidelityResult;
import dev.tarn.study.fidelity.FidelityStudy;
import dev.tarn.study.needle.NeedleGenerator;
import dev.tarn.study.text.TextSource;
import java.nio.file.Path;
import java.util.List;

/**
 * The whole story on one model: facts found in long contexts under dense and sparse attention, what every layer read while
 * decoding, and what a reserved cache would have caught of it.
 */
public final class Study {
    private final ModelFile model;
    private final Decoder decoder;
    private final List<TextSource> texts;
    private final StudyOptions options;

    /**
     * A study.
     *
     * @param texts that the model never saw; needles are planted in all, the first is traced
     */
    public Study(ModelFile model, Decoder decoder, List<TextSource> texts, StudyOptions options) {
        this.model = model;
        this.decoder = decoder;
        this.texts = List.copyOf(texts);
        this.options = options;
    }

    /**
     * Checks that all parts can be run, then runs them.
     *
     * @param traceFile where the trace is written
     * @param version the version of Tarn, for the trace's metadata
     * @throws StudyException where texts, lengths and the model's context do not go together
     */
    public StudyResult run(Path traceFile, String version, StudyListener listener) {
        Generator generator =
                new Generator(model.tokenizer(), decoder.architecture().vocabulary());
        NeedleGenerator needles = new NeedleGenerator(model, texts);
        TextSource traced = texts.getFirst();
        FidelityStudy questions = new FidelityStudy(decoder, needles, generator, options.fidelity(), listener);
        TraceStudy decoding = new TraceStudy(model, decoder, options.trace());
        questions.check();
        decoding.check(traced);
        List<FidelityResult> fidelity = questions.run();
        decoding.run(traced, traceFile, version, listener);
        AccessResult access = AccessStudy.run(traceFile, options.page(), options.reserve(), listener);
        return new StudyResult(fidelity, traced.name(), access);
    }
}
