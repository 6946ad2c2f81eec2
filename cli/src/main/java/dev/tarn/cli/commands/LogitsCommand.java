package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.files.OutputFile;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.attention.LayerInput;
import dev.tarn.engine.attention.Selection;
import dev.tarn.engine.attention.SelectionListener;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.decode.Sampler;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.format.SafetensorsWriter;
import dev.tarn.engine.model.Decoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
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
        try (ModelSession session = modelOptions.open(asked != null && asked.needsIndexer())) {
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
        int vocabulary = decoder.architecture().vocabulary();
        Map<Integer, int[]> selected = new TreeMap<>();
        SelectionListener last = (input, row, group, selection, scores) -> {
            if (decoder.runsIndexer(input.layer())) {
                keep(input, row, selection, tokens, selected);
            }
        };
        SelectionListener listener = spec.needsIndexer() ? last : SelectionListener.NONE;
        float[] logits = new float[Math.multiplyExact(tokens.length, vocabulary)];
        try (Sequence sequence = new Sequence(decoder, decoder.attention(spec, listener))) {
            sequence.requireFits(tokens.length + greedy);
            sequence.prefill(tokens, 0, batch -> {
                int from = (batch - 1) / Decoder.BATCH * Decoder.BATCH;
                Tensor rows = decoder.logits(0, batch - from);
                for (int row = 0; row < batch - from; row++) {
                    rows.read(row, 0, vocabulary, logits, (from + row) * vocabulary);
                }
            });
            SafetensorsWriter writer = new SafetensorsWriter().floats("logits", logits, tokens.length, vocabulary);
            if (greedy > 0) {
                writer.ints("greedy", continuation(sequence, logits, vocabulary), greedy);
            }
            selected.forEach((layer, positions) -> writer.ints("selected." + layer, positions, positions.length));
            writer.write(file);
            report(context, session, sequence, spec, tokens);
        }
    }

    /** Keeps what the ranking of a layer chose for the last given id. */
    private static void keep(
            LayerInput input, int row, Selection selection, int[] tokens, Map<Integer, int[]> selected) {
        if (input.position(row) == tokens.length - 1) {
            selected.merge(input.layer(), Arrays.copyOf(selection.positions, selection.count), LogitsCommand::union);
        }
    }

    private static int[] union(int[] a, int[] b) {
        int[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return Arrays.stream(both).sorted().distinct().toArray();
    }

    private int[] continuation(Sequence sequence, float[] logits, int vocabulary) {
        int[] continuation = new int[greedy];
        float[] next = Arrays.copyOfRange(logits, logits.length - vocabulary, logits.length);
        for (int i = 0; i < greedy; i++) {
            continuation[i] = Sampler.argmax(next);
            sequence.decode(continuation[i]);
            sequence.readLogits(next);
        }
        return continuation;
    }

    private void report(
            CommandContext context, ModelSession session, Sequence sequence, AttentionSpec spec, int[] tokens) {
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
            context.console()
                    .out()
                    .println(tokens.length + " tokens run, " + (sequence.length() - tokens.length) + " continued, "
                            + resolved);
        }
    }
}
