package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.console.Console;
import dev.tarn.cli.console.Units;
import dev.tarn.cli.json.JsonDocument;
import dev.tarn.engine.inspect.TensorGroup;
import dev.tarn.engine.model.IndexerFile;
import dev.tarn.engine.model.IndexerMetadata;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows what an indexer's file holds. */
final class IndexerView {
    private IndexerView() {}

    static void show(CommandContext context, Path path) {
        try (IndexerFile file = IndexerFile.open(path)) {
            List<TensorGroup> tensors = TensorGroup.of(file.weights());
            long parameters =
                    tensors.stream().mapToLong(TensorGroup::parameters).sum();
            long bytes = tensors.stream().mapToLong(TensorGroup::bytes).sum();
            int indexed = (int) file.weights().names().stream()
                    .filter(name -> name.endsWith(".indexer.wk"))
                    .count();
            if (context.json()) {
                json(context.document(), file.metadata(), indexed, parameters, bytes)
                        .printTo(context.console());
            } else {
                text(context.console(), path, file.metadata(), indexed, parameters, bytes);
            }
        }
    }

    private static JsonDocument json(
            JsonDocument document, IndexerMetadata metadata, int indexed, long parameters, long bytes) {
        Map<String, Object> backbone = new LinkedHashMap<>();
        backbone.put("name", metadata.backbone());
        backbone.put("sha256", metadata.sha256());
        return document.put("format", "indexer")
                .put("backbone", backbone)
                .put("layers", metadata.layers())
                .put("indexed_layers", indexed)
                .put("hidden", metadata.hidden())
                .put("index_heads", metadata.heads())
                .put("index_head_dim", metadata.dim())
                .put("rope_dims", metadata.ropeDims())
                .put("rope_theta", metadata.ropeTheta())
                .put("always_kept", Map.of("sink", metadata.sink(), "recent", metadata.recent()))
                .put("share", metadata.share())
                .put("formula_version", IndexerMetadata.FORMULA_VERSION)
                .put("dtype", metadata.dtype())
                .put("parameters", parameters)
                .put("weight_bytes", bytes)
                .put("index_bytes_per_token", (long) Float.BYTES * metadata.dim() * indexed)
                .put("training", metadata.training());
    }

    private static void text(
            Console console, Path path, IndexerMetadata metadata, int indexed, long parameters, long bytes) {
        var out = console.out();
        out.println("lightning indexer (" + path + ") for " + metadata.backbone()
                + (metadata.sha256().isEmpty() ? "" : ", SHA-256 " + metadata.sha256()));
        out.println(indexed + " of " + metadata.layers() + " layers, hidden " + metadata.hidden() + ", "
                + metadata.heads()
                + " index heads of " + metadata.dim() + ", " + metadata.ropeDims() + " dimensions rotated (base "
                + metadata.ropeTheta() + ")");
        out.println(
                "always kept: the first " + metadata.sink() + " and the newest " + metadata.recent() + " positions; "
                        + (metadata.share() == 1
                                ? "each layer ranks for itself"
                                : metadata.share() + " layers share a selection"));
        out.println(Units.si((double) parameters) + " parameters in " + Units.bytes((double) bytes) + " ("
                + metadata.dtype() + "), " + Units.bytes((double) Float.BYTES * metadata.dim() * indexed)
                + " of index keys per token");
        metadata.training()
                .forEach((name, value) -> out.println("trained with " + name.replace('_', ' ') + ": " + value));
    }
}
