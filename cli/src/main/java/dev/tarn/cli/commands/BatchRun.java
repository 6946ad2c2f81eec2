package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.Version;
import dev.tarn.cli.console.Progress;
import dev.tarn.cli.console.Units;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.json.JsonDocument;
import dev.tarn.engine.EngineException;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.decode.BatchGenerator;
import dev.tarn.engine.decode.BatchGenerator.Outcome;
import dev.tarn.engine.decode.Generation;
import dev.tarn.engine.decode.GenerationOptions;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.decode.TraceHeader;
import dev.tarn.engine.decode.TraceRecorder;
import dev.tarn.engine.prefix.PrefixCache;
import dev.tarn.engine.reserve.Reservation;
import dev.tarn.trace.TraceMetadata;
import dev.tarn.trace.TraceWriter;
import dev.tarn.trace.Traces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@code tarn run --batch}: several prompts, answered together. */
final class BatchRun {
    private final CommandContext context;
    private final ModelSession session;
    private final AttentionSpec spec;
    private final GenerationOptions options;

    BatchRun(CommandContext context, ModelSession session, AttentionSpec spec, GenerationOptions options) {
        this.context = context;
        this.session = session;
        this.spec = spec;
        this.options = options;
    }

    /** The prompts of a JSON array of text. */
    static List<String> prompts(String json) {
        try {
            List<String> prompts = List.of(JsonMapper.shared().readValue(json, String[].class));
            if (prompts.isEmpty()) {
                throw new UsageException("--batch: the array of prompts is empty; give one or more");
            }
            return prompts;
        } catch (JacksonException | NullPointerException e) {
            throw new UsageException("--batch reads a JSON array of prompts, such as [\"one\", \"two\"], from"
                    + " --prompt-file or standard input; this is none");
        }
    }

    /**
     * Answers prompts and prints the answers; {@link #refuse} then says which failed.
     *
     * @param trace where to record what is read, or null
     * @param stats whether to show what reservation and prefix cache did
     */
    List<Outcome> run(List<int[]> prompts, @Nullable Path trace, boolean withScores, boolean stats) {
        TraceWriter writer = trace == null ? null : Traces.create(trace, header(prompts), withScores);
        List<Outcome> outcomes;
        try {
            outcomes = generate(prompts, writer, withScores);
            if (writer != null) {
                writer.close();
            }
        } catch (RuntimeException | Error e) {
            if (writer != null) {
                writer.abort();
            }
            throw e;
        }
        if (context.json()) {
            document(outcomes).printTo(context.console());
        } else {
            print(outcomes);
        }
        if (stats) {
            show();
        }
        return outcomes;
    }

    private void show() {
        Reservation reservation = session.decoder().reservation();
        if (reservation != null) {
            new LiveTable(context.console()).draw(KvFields.table(session.decoder(), reservation));
        }
        PrefixCache prefixes = session.decoder().prefixes();
        if (prefixes != null) {
            context.console().err().println(PrefixFlags.line(prefixes));
        }
    }

    /**
     * Ends the command where a prompt failed.
     *
     * @throws EngineException naming the first
     */
    static void refuse(List<Outcome> outcomes) {
        List<Integer> failed = IntStream.range(0, outcomes.size())
                .filter(i -> outcomes.get(i).failure() != null)
                .boxed()
                .toList();
        if (!failed.isEmpty()) {
            int first = failed.getFirst();
            throw new EngineException(failed.size() + " of " + outcomes.size() + " prompts failed; prompt "
                    + (first + 1) + ": " + message(outcomes.get(first)));
        }
    }

    private TraceMetadata header(List<int[]> prompts) {
        int[] all = prompts.stream().flatMapToInt(IntStream::of).toArray();
        return TraceHeader.of(
                session.model(), session.decoder(), spec, all, Version.read(), Map.of("source", "generated"));
    }

    private List<Outcome> generate(List<int[]> prompts, @Nullable TraceWriter writer, boolean withScores) {
        List<Sequence> sequences = new ArrayList<>();
        for (int request = 0; request < prompts.size(); request++) {
            SelectionListener listener = SelectionListener.NONE;
            if (writer != null) {
                TraceRecorder recorder = new TraceRecorder(writer, withScores);
                recorder.begin(request, prompts.get(request).length);
                listener = recorder;
            }
            sequences.add(new Sequence(session.decoder(), session.decoder().attention(spec, listener)));
        }
        long tokens = prompts.stream()
                .mapToLong(ids -> ids.length + options.maxTokens() - 1L)
                .sum();
        try (Progress progress = context.progress("tokens", tokens)) {
            return new BatchGenerator(session.decoder(), session.model().tokenizer())
                    .generate(sequences, prompts, options, progress::step);
        }
    }

    private JsonDocument document(List<Outcome> outcomes) {
        JsonDocument document = session.describe(context.document()).config("attention", resolved());
        KvFields.put(document, session.decoder());
        return PrefixFlags.put(document, session.decoder())
                .put("results", outcomes.stream().map(BatchRun::fields).toList())
                .put("decode_tok_s", tokensPerSecond(outcomes));
    }

    private String resolved() {
        return session.decoder().attention(spec, SelectionListener.NONE).spec().toString();
    }

    private static Map<String, Object> fields(Outcome outcome) {
        Map<String, Object> fields = new LinkedHashMap<>();
        Generation generation = outcome.generation();
        if (generation == null) {
            fields.put("error", message(outcome));
            return fields;
        }
        fields.put("text", generation.text());
        fields.put("prompt_tokens", generation.promptTokens());
        fields.put("tokens", generation.tokens());
        fields.put("finish_reason", generation.finishReason());
        fields.put("prefill_tok_s", generation.prefillTokensPerSecond());
        return fields;
    }

    private static String message(Outcome outcome) {
        EngineException failure = outcome.failure();
        return failure == null ? "" : String.valueOf(failure.getMessage());
    }

    /** Decode steps of all per second of the longest. */
    private static double tokensPerSecond(List<Outcome> outcomes) {
        long steps = 0;
        long nanos = 0;
        for (Outcome outcome : outcomes) {
            Generation generation = outcome.generation();
            if (generation != null) {
                steps += generation.decodeSteps();
                nanos = Math.max(nanos, generation.decodeNanos());
            }
        }
        return steps == 0 ? Double.NaN : steps * 1e9 / nanos;
    }

    private void print(List<Outcome> outcomes) {
        for (int i = 0; i < outcomes.size(); i++) {
            Generation generation = outcomes.get(i).generation();
            if (generation != null) {
                context.console()
                        .out()
                        .println("[" + (i + 1) + "] " + generation.text().strip());
            }
        }
        context.console().out().flush();
        double speed = tokensPerSecond(outcomes);
        context.console()
                .err()
                .println(outcomes.size() + " prompts, decoded together at "
                        + (Double.isNaN(speed) ? "no step" : Units.tokensPerSecond(speed)) + " in all, " + resolved());
    }
}
