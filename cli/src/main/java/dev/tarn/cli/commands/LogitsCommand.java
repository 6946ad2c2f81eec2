package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.files.OutputFile;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.format.SafetensorsWriter;
import dev.tarn.engine.model.Decoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tarn logits}: what a model computes for given token ids, in float32, to compare engines. */
public final class LogitsCommand extends TarnCommand {
    @Mixin
    private final ModelOptions modelOptions = new ModelOptions(Precision.EXACT);

    @Option(names = "--ids", paramLabel = "1,2,...", description = "Token ids, taken as they are.")
    private @Nullable String ids;

    @Option(
            names = "--ids-file",
            paramLabel = "FILE",
            description = "The same from a file; commas or white space between.")
    private @Nullable Path idsFile;

    @Option(names = "--greedy", paramLabel = "N", description = "Also write N tokens of greedy continuation.")
    private int greedy;

    @Option(
            names = "--attention",
            paramLabel = "SPEC",
            description = "How every position attends; by default the checkpoint's own way, else densely.")
    private @Nullable String attention;

    @Option(
            names = "--ties",
            paramLabel = "lower|torch",
            description =
                    "Which of equal index scores are selected: the lower positions, or those that torch.topk takes on the CPU in"
                            + " one pass over all tokens (the default for models with an indexer of their own; slow for long --greedy).")
    private @Nullable Ties ties;

    @Option(names = "--out", paramLabel = "FILE", description = "The safetensors file to write.")
    private @Nullable OutputFile out;

    @Override
    protected void run(CommandContext context) {
        if (out == null) {
            throw new UsageException("--out FILE is missing; name the safetensors file to write");
        }
        if (greedy < 0) {
            throw new UsageException("--greedy is " + greedy + "; give 0 or more");
        }
        int[] tokens = tokens();
        AttentionSpec asked = Parsed.attentionOrNull("--attention", attention);
        out.check();
        try (ModelSession session = modelOptions.open(asked != null && asked.needsIndexer(), context.console())) {
            write(context, session, session.attention(asked), tokens, out.path());
        }
    }

    private int[] tokens() {
        if ((ids == null) == (idsFile == null)) {
            throw new UsageException("give either --ids or --ids-file");
        }
        String text = ids != null ? ids : read(idsFile);
        if (text.isBlank()) {
            throw new UsageException("no token ids are given; give at least one");
        }
        String[] items = text.strip().split("[\\s,]+", -1);
        int[] tokens = new int[items.length];
        for (int i = 0; i < items.length; i++) {
            try {
                tokens[i] = Integer.parseInt(items[i]);
            } catch (NumberFormatException e) {
                throw new UsageException("token id " + (i + 1) + " is '" + items[i] + "'; give whole numbers");
            }
        }
        return tokens;
    }

    private static String read(@Nullable Path file) {
        try {
            return file == null ? "" : Files.readString(file);
        } catch (IOException e) {
            throw new UsageException("--ids-file " + file + ": cannot be read; give a text file of token ids");
        }
    }

    private void write(CommandContext context, ModelSession session, AttentionSpec spec, int[] tokens, Path file) {
        Decoder decoder = session.decoder();
        // Filled in here so that the command's document says what was taken.
        ties = ties(decoder, spec);
        LogitsRun.Result result = new LogitsRun(decoder, spec, ties).run(tokens, greedy);
        int vocabulary = decoder.architecture().vocabulary();
        SafetensorsWriter writer = new SafetensorsWriter().floats("logits", result.logits(), tokens.length, vocabulary);
        if (greedy > 0) {
            writer.ints("greedy", result.greedy(), greedy);
        }
        result.selected().forEach((layer, positions) -> writer.ints("selected." + layer, positions, positions.length));
        writer.write(file);
        report(context, session, spec, tokens);
    }

    private Ties ties(Decoder decoder, AttentionSpec spec) {
        if (ties == Ties.TORCH && !spec.takesBestTokens()) {
            throw new UsageException("--ties torch: attention '" + spec
                    + "' does not take a fixed number of the best tokens; leave --ties out");
        }
        boolean compared = decoder.isNativelySparse() && spec.needsIndexer() && spec.takesBestTokens();
        return ties != null ? ties : compared ? Ties.TORCH : Ties.LOWER;
    }

    private void report(CommandContext context, ModelSession session, AttentionSpec spec, int[] tokens) {
        String resolved =
                session.decoder().attention(spec, SelectionListener.NONE).spec().toString();
        if (context.json()) {
            context.document()
                    .model(session.model().name(), session.model().sha256())
                    .config("attention", resolved)
                    .put("tokens", tokens.length)
                    .put("vocabulary", session.decoder().architecture().vocabulary())
                    .printTo(context.console());
        } else {
            context.console().out().println(tokens.length + " tokens run, " + greedy + " continued, " + resolved);
        }
    }
}
