package dev.tarn.study.distill;

import dev.tarn.engine.format.SafetensorsWriter;
import dev.tarn.engine.model.IndexerFile;
import dev.tarn.engine.model.IndexerMetadata;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.study.StudyException;
import dev.tarn.study.distill.network.IndexerShape;
import dev.tarn.study.distill.network.Objective;
import dev.tarn.study.distill.training.TrainedIndexer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes trained indexers as the file that {@link IndexerFile} reads; it appears whole or not at all. */
final class IndexerWriter {
    private final ModelFile model;
    private final String sha256;
    private final WeightType type;

    /** A writer for indexers of one model. */
    IndexerWriter(ModelFile model, WeightType type) {
        this.model = model;
        this.sha256 = model.sha256();
        this.type = type;
    }

    void write(TrainedIndexer indexer, Path path) {
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata(IndexerFile.FIELD, metadata(indexer).json());
        IndexerShape shape = indexer.shape();
        for (int i = 0; i < indexer.parameters().size(); i++) {
            float[] p = indexer.parameters().get(i);
            String prefix = "layers." + indexer.plan().indexed().get(i) + ".indexer.";
            int hidden = shape.hidden();
            int dim = shape.dim();
            add(writer, prefix + "wq", transposed(p, 0, hidden, shape.queryDim()), shape.queryDim(), hidden);
            add(writer, prefix + "wk", part(p, shape.keyOffset(), dim * hidden), dim, hidden);
            add(writer, prefix + "wk_norm.weight", part(p, shape.gainOffset(), dim), dim);
            add(writer, prefix + "wk_norm.bias", part(p, shape.biasOffset(), dim), dim);
            add(
                    writer,
                    prefix + "ww",
                    transposed(p, shape.headWeightOffset(), hidden, shape.heads()),
                    shape.heads(),
                    hidden);
        }
        writer.write(path);
    }

    private void add(SafetensorsWriter writer, String name, float[] values, long... dims) {
        writer.add(name, type.type(), type.encode(values), dims);
    }

    private static float[] part(float[] p, int from, int count) {
        float[] values = new float[count];
        System.arraycopy(p, from, values, 0, count);
        return values;
    }

    private static float[] transposed(float[] p, int from, int rows, int cols) {
        float[] values = new float[rows * cols];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < cols; c++) {
                values[c * rows + r] = p[from + r * cols + c];
            }
        }
        return values;
    }

    private IndexerMetadata metadata(TrainedIndexer indexer) {
        IndexerShape shape = indexer.shape();
        Objective objective = indexer.options().objective();
        return new IndexerMetadata(
                model.name(),
                sha256,
                bytes(),
                model.architecture().layers(),
                shape.hidden(),
                shape.heads(),
                shape.dim(),
                shape.ropeDims(),
                shape.ropeTheta(),
                IndexerShape.NORM_EPS,
                objective.sink(),
                objective.recent(),
                indexer.options().share(),
                usualMasses(indexer),
                type.name(),
                record(indexer));
    }

    /** By layer of the model; layers that share an indexer have its mass, layers without one 0. */
    private List<Double> usualMasses(TrainedIndexer indexer) {
        Double[] masses = new Double[model.architecture().layers()];
        Arrays.fill(masses, 0.0);
        for (int i = 0; i < indexer.plan().groups().size(); i++) {
            for (int layer : indexer.plan().groups().get(i)) {
                masses[layer] = indexer.usualMass().get(i);
            }
        }
        return List.of(masses);
    }

    private long bytes() {
        try {
            return Files.isDirectory(model.path()) ? 0 : Files.size(model.path());
        } catch (IOException e) {
            throw new StudyException(model.path() + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private static Map<String, Object> record(TrainedIndexer indexer) {
        Objective objective = indexer.options().objective();
        Map<String, Object> record = new LinkedHashMap<>();
        record.put(
                "loss",
                "KL( P || softmax_s I ) over positions that are not always kept; P: dense attention, summed over heads, normalised");
        record.put("max_share", objective.maxShare());
        record.put("far", objective.far());
        record.put("seed", indexer.options().seed());
        record.put("steps", indexer.steps());
        record.put("queries", indexer.options().queries());
        record.put("windows_per_step", indexer.options().windowsPerStep());
        record.put("steps_per_window", indexer.options().stepsPerWindow());
        record.put("pool", indexer.options().pool());
        record.put("learning_rate", indexer.options().learningRate());
        record.put("muon", indexer.options().muon());
        record.put("operations", indexer.operations());
        record.put("final_loss", indexer.meanLoss());
        return record;
    }
}
