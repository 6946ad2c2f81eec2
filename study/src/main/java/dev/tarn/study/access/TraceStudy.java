package dev.tarn.study.access;

import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.decode.Sampler;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.decode.TraceHeader;
import dev.tarn.engine.decode.TraceRecorder;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.tokenize.Tokenizer;
import dev.tarn.study.StudyException;
import dev.tarn.study.StudyListener;
import dev.tarn.study.text.TextSource;
import dev.tarn.trace.TraceMetadata;
import dev.tarn.trace.TraceWriter;
import dev.tarn.trace.Traces;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Decodes over a text and records what every layer reads. */
public final class TraceStudy {
    private final ModelFile model;
    private final Decoder decoder;
    private final TraceOptions options;

    /** A traced run of one model. */
    public TraceStudy(ModelFile model, Decoder decoder, TraceOptions options) {
        this.model = model;
        this.decoder = decoder;
        this.options = options;
    }

    /**
     * Writes the trace; the file appears when it is whole.
     *
     * @param version the version of Tarn, for the metadata
     * @throws StudyException where the text is too short, or the model's context is
     */
    public void run(TextSource text, Path file, String version, StudyListener listener) {
        check(text);
        int[] tokens = tokens(text);
        int[] prompt = Arrays.copyOf(tokens, options.context());
        TraceWriter writer = Traces.create(file, metadata(prompt, text.name(), version), options.withScores());
        try {
            decode(tokens, prompt, new TraceRecorder(writer, options.withScores()), listener);
        } catch (RuntimeException | Error e) {
            writer.abort();
            throw e;
        }
        writer.close();
    }

    /**
     * Makes sure, before long work begins, that the run can be made.
     *
     * @throws StudyException where the text is too short, or the model's context is
     */
    public void check(TextSource text) {
        int context = decoder.architecture().contextLength();
        long length = (long) options.context() + options.steps();
        if (length > context) {
            throw new StudyException("a trace of " + options.steps() + " steps after " + options.context()
                    + " tokens ends at " + length + ", but the model's context holds " + context
                    + "; trace fewer steps or less context");
        }
        decoder.attention(options.attention(), SelectionListener.NONE);
        tokens(text);
    }

    private int[] tokens(TextSource text) {
        Tokenizer tokenizer = model.tokenizer();
        int[] tokens = tokenizer.encodeWithBos(text.content(), false);
        int needed = options.context() + (options.source() == TraceSource.TEXT ? options.steps() : 0);
        if (tokens.length < needed) {
            throw new StudyException(text.name() + ": has " + tokens.length + " tokens, but the trace needs " + needed
                    + "; give a longer text, or trace fewer steps or less context");
        }
        return tokens;
    }

    private void decode(int[] tokens, int[] prompt, TraceRecorder recorder, StudyListener listener) {
        float[] logits = new float[decoder.architecture().vocabulary()];
        recorder.begin(0, prompt.length);
        listener.begin("trace", (long) prompt.length + options.steps());
        try (Sequence sequence = new Sequence(decoder, decoder.attention(options.attention(), recorder))) {
            int[] done = {0};
            sequence.prefill(prompt, prompt.length, read -> {
                listener.advance(read - done[0]);
                done[0] = read;
            });
            for (int step = 0; step < options.steps(); step++) {
                sequence.decode(next(tokens, prompt.length + step, sequence, logits));
                listener.advance(1);
            }
        }
    }

    private int next(int[] tokens, int position, Sequence sequence, float[] logits) {
        if (options.source() == TraceSource.TEXT) {
            return tokens[position];
        }
        sequence.readLogits(logits);
        return Sampler.argmax(logits);
    }

    private TraceMetadata metadata(int[] prompt, String textName, String version) {
        return TraceHeader.of(
                model,
                decoder,
                options.attention(),
                prompt,
                version,
                Map.of("source", options.source().toString(), "text", textName));
    }
}
