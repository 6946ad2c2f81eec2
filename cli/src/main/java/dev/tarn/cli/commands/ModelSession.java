package dev.tarn.cli.commands;

import dev.tarn.cli.command.Version;
import dev.tarn.cli.json.JsonDocument;
import dev.tarn.cli.machine.Machine;
import dev.tarn.engine.attention.AttentionSpec;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.kv.KvTypes;
import dev.tarn.engine.kv.PagePool;
import dev.tarn.engine.model.Decoder;
import dev.tarn.engine.model.IndexerFile;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.architecture.ContextStretch;
import dev.tarn.study.cells.Digest;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model ready to decode on the CPU.
 *
 * @param model the model's file
 * @param indexer its indexer, or null
 * @param backend what computes
 * @param decoder what runs it
 */
record ModelSession(ModelFile model, @Nullable IndexerFile indexer, CpuBackend backend, Decoder decoder)
        implements AutoCloseable {
    static ModelSession open(
            Path path,
            double ropeScale,
            @Nullable Path indexerPath,
            int threads,
            Precision precision,
            KvTypes kvTypes) {
        Thread.ofPlatform().daemon().name("tarn-ready").start(ModelSession::makeReady);
        ModelFile model = ModelFile.open(path, ropeScale);
        IndexerFile indexer = null;
        CpuBackend backend = null;
        try {
            indexer = indexerPath == null ? null : IndexerFile.open(indexerPath);
            backend = new CpuBackend(KernelProvider.select(), threads, precision);
            return new ModelSession(model, indexer, backend, new Decoder(model, backend, indexer, kvTypes));
        } catch (RuntimeException e) {
            close(backend);
            close(indexer);
            model.close();
            throw e;
        }
    }

    /** Beside the reading of a small model, which takes as long: writes machine code, links the C library's calls. */
    private static void makeReady() {
        try {
            KernelProvider.select();
        } catch (RuntimeException _) {
            return; // whoever opens the model selects again, and reports it
        }
        PagePool.prepare();
    }

    /** How to attend: as asked, else as the model does by itself. */
    AttentionSpec attention(@Nullable AttentionSpec asked) {
        return asked == null ? decoder.defaultAttention() : asked;
    }

    /** The options, the model and the machine, for a report's configuration. */
    Map<String, String> facts(Map<String, Object> options) {
        Map<String, String> facts = new TreeMap<>();
        options.forEach((name, value) -> facts.put("--" + name.replace('_', '-'), value.toString()));
        Machine machine = Machine.read(backend.vectorBits());
        facts.put("model", model.name() + ", SHA-256 " + model.sha256());
        facts.put("backend", backend.describe());
        facts.put("machine", machine.cpu() + ", " + machine.cores() + " cores, " + machine.jvm());
        facts.put("tarn", Version.read());
        return facts;
    }

    /** What decides figures besides options: the program, the model, its indexer and how numbers are computed. */
    String identity(String version) {
        String indexed = indexer == null ? "none" : Digest.of(indexer.path());
        double stretch = model.architecture().stretch();
        String stretched = stretch == ContextStretch.NONE ? "" : ", context stretched " + stretch + " times";
        return "tarn " + version + "|model " + model.sha256() + stretched + "|indexer " + indexed + "|"
                + backend.arithmetic() + "|" + decoder.kvShape();
    }

    /** Adds the model and the machine to a document that measured time. */
    JsonDocument describe(JsonDocument document) {
        return document.model(model.name(), model.sha256()).machine(Machine.read(backend.vectorBits()));
    }

    @Override
    public void close() {
        decoder.close();
        backend.close();
        close(indexer);
        model.close();
    }

    private static void close(@Nullable IndexerFile indexer) {
        if (indexer != null) {
            indexer.close();
        }
    }

    private static void close(@Nullable CpuBackend backend) {
        if (backend != null) {
            backend.close();
        }
    }
}
