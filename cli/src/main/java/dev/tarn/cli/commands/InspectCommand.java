package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.console.Console;
import dev.tarn.cli.console.TextTable;
import dev.tarn.cli.console.Units;
import dev.tarn.cli.machine.Machine;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.inspect.ModelInspection;
import dev.tarn.engine.inspect.TensorGroup;
import dev.tarn.engine.kv.KvShape;
import dev.tarn.engine.model.IndexerFile;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.ModelLocator;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** {@code tarn inspect}: what a model or an indexer is, how it is stored, and which contexts fit this machine. */
public final class InspectCommand extends TarnCommand {
    @Parameters(
            paramLabel = "MODEL",
            arity = "0..1",
            description = "tiny, a catalogue name, a .gguf file, a Hugging Face folder, or an indexer's file.")
    private String model = ModelLocator.TINY;

    @Override
    protected void run(CommandContext context) {
        Path path = ModelLocator.find(model);
        if (IndexerFile.isIndexer(path)) {
            IndexerView.show(context, path);
            return;
        }
        ModelInspection inspection = ModelInspection.of(path);
        ContextFit fit = ContextFit.of(inspection, Machine.memory());
        if (context.json()) {
            printJson(context, path, inspection, fit);
        } else {
            printText(context.console(), path, inspection, fit);
        }
    }

    private static void printJson(
            CommandContext context, Path path, ModelInspection inspection, @Nullable ContextFit fit) {
        var document = context.document()
                .model(inspection.name(), ModelFile.sha256(path))
                .put("format", inspection.format())
                .put("architecture", inspection.architecture())
                .put("supported", inspection.refusal() == null)
                .put("refusal", inspection.refusal())
                .put("parameters", inspection.parameters())
                .put("weight_bytes", inspection.weightBytes())
                .put("tokenizer", inspection.tokenizer())
                .put("chat_template", inspection.chatTemplate())
                .put(
                        "tensors",
                        inspection.tensors().stream()
                                .map(InspectCommand::tensors)
                                .toList());
        sizes(inspection, (name, value) -> document.put(name, value));
        if (inspection.indexer() != null) {
            document.put("indexer", inspection.indexer().toString());
        }
        if (inspection.kv() != null) {
            document.put("kv", kv(inspection.kv()));
        }
        if (fit != null) {
            document.put("fit", fit);
        }
        document.printTo(context.console());
    }

    private static Map<String, Object> tensors(TensorGroup group) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("class", group.tensorClass());
        fields.put("type", group.type().name());
        fields.put("tensors", group.tensors());
        fields.put("parameters", group.parameters());
        fields.put("bytes", group.bytes());
        return fields;
    }

    private static Map<String, Object> kv(KvShape kv) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("precision", Precision.FAST);
        fields.put("entry_type", kv.types().entries());
        fields.put("index_type", kv.types().indexKeys());
        fields.put("layers", kv.layers());
        fields.put("entry_bytes", kv.entryBytes());
        fields.put("bytes_per_token", kv.entryBytes() * kv.layers());
        fields.put("index_bytes_per_layer", kv.indexBytes());
        fields.put("index_bytes_per_token", kv.indexBytes() * kv.layers());
        return fields;
    }

    private static void sizes(ModelInspection inspection, BiConsumer<String, Integer> to) {
        var sizes = inspection.dimensions();
        put("layers", sizes.layers(), to);
        put("hidden", sizes.hidden(), to);
        put("feed_forward", sizes.feedForward(), to);
        put("heads", sizes.heads(), to);
        put("kv_heads", sizes.kvHeads(), to);
        put("experts", sizes.experts(), to);
        put("context", sizes.context(), to);
    }

    private static void put(String name, OptionalInt value, BiConsumer<String, Integer> to) {
        if (value.isPresent()) {
            to.accept(name, value.getAsInt());
        }
    }

    private static void printText(Console console, Path path, ModelInspection inspection, @Nullable ContextFit fit) {
        var out = console.out();
        out.println(inspection.name() + " (" + inspection.format() + ", " + path + ")");
        out.println("architecture " + inspection.architecture() + ", " + Units.si((double) inspection.parameters())
                + " parameters in " + Units.bytes((double) inspection.weightBytes()));
        if (inspection.refusal() != null) {
            out.println("cannot be run: " + inspection.refusal());
        }
        StringBuilder sizes = new StringBuilder();
        sizes(
                inspection,
                (name, value) -> sizes.append(sizes.isEmpty() ? "" : ", ")
                        .append(name.replace('_', ' '))
                        .append(' ')
                        .append(value));
        out.println(sizes);
        out.println("tokenizer " + (inspection.tokenizer() ? "yes" : "no") + ", chat template "
                + (inspection.chatTemplate() ? "yes" : "no") + ", indexer "
                + (inspection.indexer() == null ? "none beside it" : inspection.indexer()));
        out.println();
        tensors(inspection.tensors()).printTo(console);
        if (inspection.kv() != null && fit != null) {
            out.println();
            out.println("KV cache (" + inspection.kv().types().entries() + "): "
                    + Units.bytes((double) inspection.kv().entryBytes()) + " per token and layer, "
                    + Units.bytes((double) fit.bytesPerToken()) + " per token, index keys included");
            contexts(fit).printTo(console);
            out.println("this machine has " + Units.bytes((double) fit.memoryBytes()) + ": room for " + fit.mostTokens()
                    + " tokens beside the weights");
        }
    }

    private static TextTable tensors(List<TensorGroup> groups) {
        TextTable table = new TextTable()
                .words("tensors of")
                .words("type")
                .numbers("count")
                .numbers("parameters")
                .numbers("size");
        for (TensorGroup group : groups) {
            table.row(
                    group.tensorClass().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    group.type(),
                    group.tensors(),
                    Units.si((double) group.parameters()),
                    Units.bytes((double) group.bytes()));
        }
        return table;
    }

    private static TextTable contexts(ContextFit fit) {
        TextTable table = new TextTable().numbers("context").numbers("KV cache").words("fits");
        for (ContextFit.Row row : fit.contexts()) {
            table.row(row.tokens(), Units.bytes((double) row.kvBytes()), row.fits() ? "yes" : "no");
        }
        return table;
    }
}
