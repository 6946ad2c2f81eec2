package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.console.Units;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.fetch.ModelFetcher;
import dev.tarn.cli.fetch.ModelFetcher.Fetched;
import dev.tarn.engine.catalog.CatalogModel;
import dev.tarn.engine.catalog.ModelCache;
import dev.tarn.engine.catalog.ModelCatalog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Parameters;

/** {@code tarn pull}: models of the catalogue come into the cache. */
public final class PullCommand extends TarnCommand {
    @Parameters(paramLabel = "NAME", arity = "0..*", description = "Models as tarn models lists them.")
    private List<String> names = new ArrayList<>();

    @Override
    protected void run(CommandContext context) {
        if (names.isEmpty()) {
            throw new UsageException("name the models to fetch; tarn models lists them");
        }
        ModelCatalog catalog = ModelCatalog.load();
        List<CatalogModel> models = names.stream().map(catalog::get).toList();
        ModelFetcher fetcher = ModelFetcher.of(ModelCache.ofUser(), System.getenv(), context.cleanup());
        List<Map<String, Object>> results = new ArrayList<>();
        for (CatalogModel model : models) {
            results.add(pull(context, fetcher, model));
        }
        if (context.json()) {
            context.document().put("results", results).printTo(context.console());
        }
    }

    private static Map<String, Object> pull(CommandContext context, ModelFetcher fetcher, CatalogModel model) {
        context.console()
                .err()
                .println(model.name() + ": " + Units.bytes((double) model.bytes()) + ", " + model.licence());
        if (model.terms() != null) {
            context.console().err().println(model.terms());
        }
        Fetched fetched = fetched(context, fetcher, model);
        if (!context.json()) {
            String how = fetched.source() == null
                    ? "was here, hash right"
                    : "fetched with " + fetched.source().describe() + ", hash right";
            context.console().out().println(model.name() + " " + how + ": " + fetched.path());
        }
        return result(model, fetched);
    }

    private static Fetched fetched(CommandContext context, ModelFetcher fetcher, CatalogModel model) {
        try (FetchProgress progress = new FetchProgress(context, model.name())) {
            return fetcher.fetch(model, progress);
        }
    }

    private static Map<String, Object> result(CatalogModel model, Fetched fetched) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("name", model.name());
        result.put("path", fetched.path().toString());
        result.put("bytes", model.bytes());
        result.put("sha256", model.sha256());
        result.put("licence", model.licence());
        result.put("fetched", fetched.source() != null);
        if (fetched.source() != null) {
            result.put("source", fetched.source().describe());
        }
        return result;
    }
}
