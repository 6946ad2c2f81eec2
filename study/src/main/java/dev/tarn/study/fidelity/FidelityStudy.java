package dev.tarn.study.fidelity;

import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.decode.Generator;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.model.Decoder;
import dev.tarn.study.StudyException;
import dev.tarn.study.StudyListener;
import dev.tarn.study.meter.DecodeTimer;
import dev.tarn.study.needle.Needle;
import dev.tarn.study.needle.NeedleGenerator;
import dev.tarn.study.needle.NeedleJudge;
import dev.tarn.study.needle.NeedlePrompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads each prompt once, densely, and forks it for every attention and every question. Question and answer attend by the
 * attention under test. What is timed is timed on forks without meters.
 */
public final class FidelityStudy {
    private final Decoder decoder;
    private final NeedleGenerator needles;
    private final NeedleJudge judge;
    private final FidelityOptions options;
    private final StudyListener listener;
    private final DecodeTimer timer;

    /** A study of one model. */
    public FidelityStudy(
            Decoder decoder,
            NeedleGenerator needles,
            Generator generator,
            FidelityOptions options,
            StudyListener listener) {
        this.decoder = decoder;
        this.needles = needles;
        this.judge = new NeedleJudge(generator);
        this.options = options;
        this.listener = listener;
        this.timer = new DecodeTimer(decoder.architecture().vocabulary());
    }

    /**
     * Makes sure, before long work begins, that every prompt can be made and every attention run.
     *
     * @throws StudyException where a prompt does not fit the model's context, its length leaves no room for text, or the texts
     *     are too short
     */
    public void check() {
        int longest = decoder.architecture().contextLength();
        for (int context : options.contexts()) {
            if (context > longest) {
                throw new StudyException("prompts of " + context + " tokens do not fit the model's context of "
                        + longest + "; ask for shorter ones");
            }
            needles.generate(context, options.needles(), options.seed());
        }
        options.attentions().forEach(this::silent);
    }

    /** The results, by context and then by attention in the order of the options. */
    public List<FidelityResult> run() {
        List<FidelityResult> results = new ArrayList<>();
        for (int context : options.contexts()) {
            List<Tally> tallies = options.attentions().stream()
                    .map(spec -> new Tally(spec, decoder))
                    .toList();
            int attentions = tallies.size();
            listener.begin("needles at " + context + " tokens", (long) options.prompts() * (1 + attentions));
            for (int i = 0; i < options.prompts(); i++) {
                ask(needles.generate(context, options.needles(), options.seed() + i), tallies);
            }
            for (Tally tally : tallies) {
                results.add(tally.result(silent(tally.spec).spec(), context));
            }
        }
        return List.copyOf(results);
    }

    private Attention silent(AttentionSpec spec) {
        return decoder.attention(spec, SelectionListener.NONE);
    }

    private void ask(NeedlePrompt prompt, List<Tally> tallies) {
        try (Sequence context = new Sequence(decoder, silent(AttentionSpec.DENSE))) {
            context.prefill(prompt.context(), Integer.MAX_VALUE, _ -> {});
            listener.advance(1);
            for (Tally tally : tallies) {
                for (Needle needle : prompt.needles()) {
                    tally.answer(needle.depth(), judge.isFound(context, silent(tally.spec), needle));
                    measure(context, needle, tally);
                }
                tally.decoded(timer.time(context, prompt.context(), prompt.length(), silent(tally.spec)));
                listener.advance(1);
            }
        }
    }

    /** Reads question and right answer under the attention's meter. */
    private void measure(Sequence context, Needle needle, Tally tally) {
        int[] question = needle.question();
        int[] tokens = Arrays.copyOf(question, question.length + needle.answerTokens().length);
        System.arraycopy(needle.answerTokens(), 0, tokens, question.length, needle.answerTokens().length);
        try (Sequence fork = context.fork(decoder.attention(tally.spec, tally.listen()))) {
            fork.prefill(tokens, 0, _ -> {});
        }
    }
}
