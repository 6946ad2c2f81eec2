package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.PlainOptions;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.command.Version;
import dev.tarn.cli.console.Console;
import dev.tarn.cli.console.Progress;
import dev.tarn.cli.console.Units;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.files.OutputFile;
import dev.tarn.cli.json.JsonDocument;
import dev.tarn.engine.attention.Attention;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.chat.ChatMessage;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.decode.BatchGenerator.Outcome;
import dev.tarn.engine.decode.Generation;
import dev.tarn.engine.decode.GenerationOptions;
import dev.tarn.engine.decode.Generator;
import dev.tarn.engine.decode.PromptEncoder;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.decode.TraceHeader;
import dev.tarn.engine.decode.TraceRecorder;
import dev.tarn.engine.prefix.PrefixCache;
import dev.tarn.engine.reserve.Reservation;
import dev.tarn.engine.reserve.ReserveListener;
import dev.tarn.trace.TraceWriter;
import dev.tarn.trace.Traces;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tarn run}: one answer to a prompt, or a chat. */
public final class RunCommand extends TarnCommand {
    private static final String EMPTY = "the prompt is empty; say something";

    @Mixin
    private final ModelOptions modelOptions = new ModelOptions(Precision.FAST);

    @Mixin
    private final SamplingFlags sampling = new SamplingFlags();

    @Mixin
    private final KvFlags kv = new KvFlags();

    @Mixin
    private final PrefixFlags prefix = new PrefixFlags();

    @Option(names = "--prompt", paramLabel = "TEXT", description = "What to say to the model.")
    private @Nullable String prompt;

    @Option(
            names = "--prompt-file",
            paramLabel = "FILE",
            description = "The same from a file; without either, standard input, or a chat if that is a terminal.")
    private @Nullable Path promptFile;

    @Option(
            names = "--batch",
            description = "The prompt file or standard input is a JSON array of prompts; they are decoded together.")
    private boolean batch;

    @Option(
            names = "--raw",
            description = "Take the text as it is, special tokens included, without the model's chat form.")
    private boolean raw;

    @Option(names = "--no-bos", description = "With --raw: put no BOS token in front.")
    private boolean noBos;

    @Option(
            names = "--attention",
            paramLabel = "SPEC",
            description = "How generated tokens attend; by default the checkpoint's own way, else densely.")
    private @Nullable String attention;

    @Option(
            names = "--sparse-from",
            paramLabel = "last:N",
            description = "Let the last N prompt tokens attend by --attention too.")
    private String sparseFrom = "last:0";

    @Option(names = "--max-tokens", paramLabel = "N", description = "Generate at most N tokens.")
    private int maxTokens = 256;

    @Option(names = "--ignore-end", description = "Go on after end tokens.")
    private boolean ignoreEnd;

    @Option(names = "--trace", paramLabel = "FILE", description = "Record what every layer reads (Parquet).")
    private @Nullable OutputFile trace;

    @Option(names = "--trace-scores", description = "With --trace: record the ranking's scores too.")
    private boolean traceScores;

    @Option(
            names = "--stats",
            description = "With --kv-reserve: show what it does, layer by layer; on a terminal while it decodes. With"
                    + " --prefix-cache: what was found.")
    private boolean stats;

    @Option(
            names = "--timeline",
            paramLabel = "FILE",
            description =
                    "With --kv-reserve: write when entries were fetched, waited for and attended to (Chrome trace).")
    private @Nullable OutputFile timeline;

    @Override
    protected void declare(PlainOptions options) {
        modelOptions.declare(options);
        options.text("--prompt", value -> prompt = value)
                .text("--attention", value -> attention = value)
                .number("--max-tokens", value -> maxTokens = value)
                .number("--seed", value -> sampling.seed = value)
                .flag("--raw", () -> raw = true)
                .flag("--no-bos", () -> noBos = true)
                .flag("--ignore-end", () -> ignoreEnd = true);
    }

    @Override
    protected void run(CommandContext context) throws IOException {
        AttentionSpec asked = Parsed.attentionOrNull("--attention", attention);
        GenerationOptions options = options();
        check(context);
        List<String> texts = isChat() ? List.of() : prompts();
        try (ModelSession session = modelOptions.open(asked != null && asked.needsIndexer(), context.console())) {
            AttentionSpec spec = session.attention(asked);
            Timeline recorded = new Timeline();
            int sequences = Math.max(1, texts.size());
            kv.apply(session, sequences, sampling.seed, timeline == null ? ReserveListener.NONE : recorded);
            prefix.apply(session, kv.inFiles(), context.console());
            kv.warn(
                    session,
                    session.decoder().attention(spec, SelectionListener.NONE).spec(),
                    sequences,
                    context.console());
            if (isChat()) {
                new ChatLoop(session, spec, options, context).run();
                return;
            }
            List<int[]> prompts = encode(session, texts);
            List<Outcome> outcomes = List.of();
            if (batch) {
                outcomes = new BatchRun(context, session, spec, options)
                        .run(prompts, trace == null ? null : trace.path(), traceScores, stats);
            } else {
                answer(context, session, spec, options, prompts.getFirst());
            }
            if (timeline != null) {
                recorded.writeTo(context.create(timeline));
            }
            BatchRun.refuse(outcomes);
        }
    }

    private List<String> prompts() throws IOException {
        String text = promptText();
        List<String> prompts = batch ? BatchRun.prompts(text) : List.of(text);
        if (!raw && prompts.stream().anyMatch(String::isBlank)) {
            throw new UsageException(EMPTY);
        }
        return prompts;
    }

    private List<int[]> encode(ModelSession session, List<String> texts) {
        PromptEncoder encoder = new PromptEncoder(session.model());
        boolean bos = !noBos && session.model().tokenizer().addsBos();
        List<int[]> prompts = new ArrayList<>();
        for (String text : texts) {
            int[] ids = raw ? encoder.raw(text, bos) : encoder.chat(List.of(ChatMessage.of("user", text)));
            if (ids.length == 0) {
                throw new UsageException(EMPTY);
            }
            prompts.add(ids);
        }
        return prompts;
    }

    private GenerationOptions options() {
        return Parsed.option(
                "run", () -> new GenerationOptions(maxTokens, sparsePromptTokens(), sampling.options(), !ignoreEnd));
    }

    private int sparsePromptTokens() {
        if (!sparseFrom.matches("last:[0-9]{1,9}")) {
            throw new UsageException("--sparse-from is '" + sparseFrom + "'; write last:N");
        }
        return Integer.parseInt(sparseFrom.substring("last:".length()));
    }

    private void check(CommandContext context) {
        if (prompt != null && promptFile != null) {
            throw new UsageException("--prompt and --prompt-file are both given; give one");
        }
        if (prompt != null && batch) {
            throw new UsageException(
                    "--batch reads a JSON array of prompts from --prompt-file or standard input; leave --prompt out");
        }
        if (noBos && !raw) {
            throw new UsageException("--no-bos goes with --raw");
        }
        kv.check();
        prefix.check();
        if (stats && !kv.reserves() && !prefix.keeps()) {
            throw new UsageException("--stats shows a reservation; give --kv-reserve");
        }
        if (timeline != null && !kv.reserves()) {
            throw new UsageException("--timeline shows a reservation; give --kv-reserve");
        }
        if (timeline != null) {
            timeline.check();
        }
        if (traceScores && trace == null) {
            throw new UsageException("--trace-scores goes with --trace FILE");
        }
        if (isChat() && (raw || trace != null || stats || timeline != null || context.json())) {
            throw new UsageException(
                    "a chat takes no --raw, --trace, --stats, --timeline or --json; give --prompt or pipe a prompt in");
        }
        if (trace != null) {
            trace.check();
        }
    }

    private boolean isChat() {
        return !batch && prompt == null && promptFile == null && Console.inTerminal();
    }

    private String promptText() throws IOException {
        if (prompt != null) {
            return prompt;
        }
        if (promptFile == null) {
            return standardInput();
        }
        try {
            return Files.readString(promptFile);
        } catch (CharacterCodingException e) {
            throw new UsageException("--prompt-file " + promptFile + ": is not UTF-8 text; convert it first");
        } catch (IOException e) {
            throw new UsageException("--prompt-file " + promptFile + ": cannot be read; give a text file");
        }
    }

    private static String standardInput() throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(System.in.readAllBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UsageException("standard input is not UTF-8 text; convert it first");
        }
    }

    private void answer(
            CommandContext context, ModelSession session, AttentionSpec spec, GenerationOptions options, int[] ids) {
        TraceWriter writer = trace == null
                ? null
                : Traces.create(
                        trace.path(),
                        TraceHeader.of(
                                session.model(),
                                session.decoder(),
                                spec,
                                ids,
                                Version.read(),
                                Map.of("source", "generated")),
                        traceScores);
        try {
            SelectionListener listener = SelectionListener.NONE;
            if (writer != null) {
                TraceRecorder recorder = new TraceRecorder(writer, traceScores);
                recorder.begin(0, ids.length);
                listener = recorder;
            }
            Generation generation =
                    generate(context, session, session.decoder().attention(spec, listener), options, ids);
            if (writer != null) {
                writer.close();
            }
            print(
                    context,
                    session,
                    generation,
                    session.decoder().attention(spec, SelectionListener.NONE).spec());
            PrefixCache prefixes = stats ? session.decoder().prefixes() : null;
            if (prefixes != null) {
                context.console().err().println(PrefixFlags.line(prefixes));
            }
        } catch (RuntimeException | Error e) {
            if (writer != null) {
                writer.abort();
            }
            throw e;
        }
    }

    private Generation generate(
            CommandContext context, ModelSession session, Attention attention, GenerationOptions options, int[] ids) {
        Generator generator = new Generator(
                session.model().tokenizer(), session.decoder().architecture().vocabulary());
        Reservation reservation = stats ? session.decoder().reservation() : null;
        LiveTable table = new LiveTable(context.console());
        Consumer<String> text = context.json() || (reservation != null && table.isLive()) ? _ -> {} : print(context);
        Consumer<String> stream = piece -> {
            text.accept(piece);
            if (reservation != null && table.isDue()) {
                table.draw(KvFields.table(session.decoder(), reservation));
            }
        };
        Generation generation = generate(context, session, attention, options, ids, generator, stream);
        if (reservation != null) {
            table.draw(KvFields.table(session.decoder(), reservation));
            if (!context.json() && table.isLive()) {
                print(context).accept(generation.text());
            }
        }
        return generation;
    }

    private static Consumer<String> print(CommandContext context) {
        return piece -> {
            context.console().out().print(piece);
            context.console().out().flush();
        };
    }

    private static Generation generate(
            CommandContext context,
            ModelSession session,
            Attention attention,
            GenerationOptions options,
            int[] ids,
            Generator generator,
            Consumer<String> stream) {
        try (Sequence sequence = new Sequence(session.decoder(), attention);
                Progress progress = context.progress("prefill", ids.length)) {
            int[] done = {0};
            return generator.generate(sequence, ids, options, stream, read -> {
                progress.step(read - done[0]);
                done[0] = read;
            });
        }
    }

    private static void print(
            CommandContext context, ModelSession session, Generation generation, AttentionSpec resolved) {
        if (context.json()) {
            JsonDocument document = session.describe(context.document()).config("attention", resolved.toString());
            KvFields.put(document, session.decoder());
            PrefixFlags.put(document, session.decoder())
                    .put("text", generation.text())
                    .put("prompt_tokens", generation.promptTokens())
                    .put("tokens", generation.tokens())
                    .put("finish_reason", generation.finishReason())
                    .put("prefill_tok_s", generation.prefillTokensPerSecond())
                    .put("decode_tok_s", generation.decodeTokensPerSecond())
                    .printTo(context.console());
            return;
        }
        context.console().out().println();
        context.console().err().println(summary(generation) + ", " + resolved);
    }

    /** The closing line of a generation. */
    static String summary(Generation generation) {
        String decode = generation.decodeSteps() == 0
                ? ""
                : ", decode " + generation.decodeSteps() + " tokens at "
                        + Units.tokensPerSecond(generation.decodeTokensPerSecond());
        return "prefill " + generation.promptTokens() + " tokens at "
                + Units.tokensPerSecond(generation.prefillTokensPerSecond()) + decode;
    }
}
