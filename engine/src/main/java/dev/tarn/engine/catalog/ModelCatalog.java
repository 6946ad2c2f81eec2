package dev.tarn.engine.catalog;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.format.JsonFields;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The models that can be fetched by name: Tarn's own, and those of a further catalogue file of the user's. */
public final class ModelCatalog {
    private static final String RESOURCE = "catalog.json";

    private final Map<String, CatalogModel> models = new LinkedHashMap<>();

    private ModelCatalog(List<CatalogModel> models) {
        for (CatalogModel model : models) {
            this.models.put(model.name(), model);
        }
    }

    /**
     * Tarn's catalogue, with the file that the environment variable {@code TARN_CATALOG} names added.
     *
     * @throws EngineException naming file and field where that file is missing or damaged
     */
    public static ModelCatalog load() {
        String further = System.getProperty("tarn.catalog", System.getenv("TARN_CATALOG"));
        return load(further == null || further.isEmpty() ? null : Path.of(further));
    }

    /**
     * Tarn's catalogue and a further one, whose models stand in for Tarn's of the same name.
     *
     * @throws EngineException naming file and field where that file is missing or damaged
     */
    public static ModelCatalog load(@Nullable Path further) {
        ModelCatalog catalog = new ModelCatalog(CatalogReader.read(embedded()));
        if (further != null) {
            for (CatalogModel model : CatalogReader.read(JsonFields.read(further))) {
                catalog.models.put(model.name(), model);
            }
        }
        return catalog;
    }

    private static JsonFields embedded() {
        try (InputStream json = ModelCatalog.class.getResourceAsStream(RESOURCE)) {
            if (json == null) {
                throw new IllegalStateException("the jar holds no " + RESOURCE + "; build it again");
            }
            return JsonFields.of(Path.of(RESOURCE), "", new JsonMapper().readTree(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The models in the catalogue's order. */
    public List<CatalogModel> models() {
        return List.copyOf(models.values());
    }

    /** The model of this name, or null. */
    public @Nullable CatalogModel find(String name) {
        return models.get(name);
    }

    /**
     * The model of this name.
     *
     * @throws EngineException naming those that there are
     */
    public CatalogModel get(String name) {
        CatalogModel model = models.get(name);
        if (model == null) {
            throw new EngineException(
                    "there is no model '" + name + "' in the catalogue; it has " + String.join(", ", models.keySet()));
        }
        return model;
    }
}
