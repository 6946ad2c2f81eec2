package dev.tarn.study.distill;

import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.AttentionSpecs;
import dev.tarn.engine.decode.Generator;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.study.StudyListener;
import dev.tarn.study.eval.EvalOptions;
import dev.tarn.study.eval.PerplexityResult;
import dev.tarn.study.eval.PerplexityStudy;
import dev.tarn.study.fidelity.FidelityOptions;
import dev.tarn.study.fidelity.FidelityResult;
import dev.tarn.study.fidelity.FidelityStudy;
import dev.tarn.study.needle.NeedleGenerator;
import dev.tarn.study.text.TextSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The long report: what the finished indexer does in the engine, beside dense attention and the oracle.
 *
 * @param perplexity every position sparse; ratios are against dense
 * @param needles question and answer sparse
 */
public record FullReport(List<Perplexity> perplexity, List<FidelityResult> needles) {
    private static final int WINDOWS = 3;
    private static final int PROMPTS = 10;
    private static final int NEEDLES = 4;

    /** One attention's perplexity over a held-out text, and over dense attention's. */
    public record Perplexity(
            String text, String attention, int context, int windows, double perplexity, double perplexityRatio) {}

    /**
     * Measures.
     *
     * @param decoder of the model with the indexer
     * @param longest the longest context
     */
    static FullReport measure(
            ModelFile model, Decoder decoder, List<TextSource> heldOut, int longest, long seed, StudyListener listener) {
        List<AttentionSpec> sparse = AttentionSpecs.parseList("dsa:k=64,dsa:k=256,dsa:k=512,oracle:k=256");
        List<AttentionSpec> all = new ArrayList<>(List.of(AttentionSpec.DENSE));
        all.addAll(sparse);
        List<Perplexity> perplexity = new ArrayList<>();
        for (TextSource text : heldOut) {
            perplexity.addAll(perplexity(model, decoder, text, all, longest, listener));
        }
        NeedleGenerator needles = new NeedleGenerator(model, heldOut);
        Generator generator =
                new Generator(model.tokenizer(), decoder.architecture().vocabulary());
        FidelityOptions options = new FidelityOptions(all, List.of(longest / 4, longest), PROMPTS, NEEDLES, seed);
        FidelityStudy questions = new FidelityStudy(decoder, needles, generator, options, listener);
        questions.check();
        return new FullReport(List.copyOf(perplexity), questions.run());
    }

    private static List<Perplexity> perplexity(
            ModelFile model,
            Decoder decoder,
            TextSource text,
            List<AttentionSpec> attentions,
            int context,
            StudyListener listener) {
        EvalOptions options = new EvalOptions(attentions, List.of(context), WINDOWS);
        List<PerplexityResult> results = new PerplexityStudy(model, decoder, options, listener).run(text);
        double dense = results.getFirst().perplexity();
        return results.stream()
                .map(result -> new Perplexity(
                        text.name(),
                        result.attention(),
                        context,
                        result.windows(),
                        result.perplexity(),
                        result.perplexity() / dense))
                .toList();
    }
}
