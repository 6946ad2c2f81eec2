package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.console.TextTable;
import dev.tarn.cli.console.Units;
import dev.tarn.engine.catalog.CatalogModel;
import dev.tarn.engine.catalog.ModelCache;
import dev.tarn.engine.catalog.ModelCatalog;
import dev.tarn.engine.catalog.ModelSource;
import dev.tarn.engine.model.ModelLocator;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code tarn models}: what can be named after {@code --model}, and what of it is here. */
public final class ModelsCommand extends TarnCommand {
    @Override
    protected void run(CommandContext context) {
        List<CatalogModel> models = ModelCatalog.load().models();
        ModelCache cache = ModelCache.ofUser();
        if (context.json()) {
            context.document()
                    .put("cache", cache.folder().toString())
                    .put(
                            "models",
                            models.stream().map(model -> describe(model, cache)).toList())
                    .printTo(context.console());
            return;
        }
        TextTable table = new TextTable()
                .words("name")
                .numbers("size")
                .words("licence")
                .words("here")
                .words("about");
        table.row(ModelLocator.TINY, "-", "Apache-2.0", "yes", "embedded: reads 4K contexts, trained for Tarn");
        for (CatalogModel model : models) {
            String here = cache.find(model) == null ? "no" : "yes";
            table.row(model.name(), Units.bytes((double) model.bytes()), model.licence(), here, model.about());
        }
        table.printTo(context.console());
        context.console().err().println("fetch one with tarn pull NAME; the cache is " + cache.folder());
    }

    private static Map<String, Object> describe(CatalogModel model, ModelCache cache) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", model.name());
        fields.put("about", model.about());
        fields.put("bytes", model.bytes());
        fields.put("sha256", model.sha256());
        fields.put("licence", model.licence());
        if (model.terms() != null) {
            fields.put("terms", model.terms());
        }
        fields.put(
                "sources", model.sources().stream().map(ModelSource::describe).toList());
        Path path = cache.find(model);
        fields.put("pulled", path != null);
        if (path != null) {
            fields.put("path", path.toString());
        }
        return fields;
    }
}
