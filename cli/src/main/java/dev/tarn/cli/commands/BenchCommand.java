package dev.tarn.cli.commands;

import dev.tarn.cli.command.CommandContext;
import dev.tarn.cli.command.TarnCommand;
import dev.tarn.cli.failure.UsageException;
import dev.tarn.cli.files.OutputFile;
import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.CpuCeilings;
import dev.tarn.engine.compute.cpu.KernelProvider;
import dev.tarn.engine.compute.cpu.Kernels;
import dev.tarn.engine.kv.EntryType;
import dev.tarn.engine.model.IndexerFile;
import dev.tarn.engine.model.ModelFile;
import dev.tarn.engine.model.ModelLocator;
import dev.tarn.engine.synthesis.RandomModel;
import dev.tarn.study.bench.BenchOptions;
import dev.tarn.study.bench.BenchResult;
import dev.tarn.study.bench.SpeedBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code tarn bench}: speed of decoding and prefill beside the machine's ceilings; and models to measure with. */
public final class BenchCommand extends TarnCommand {
    private static final List<Integer> DEPTHS = List.of(0, 2048);
    private static final List<Integer> PREFILLS = List.of(512);

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "tiny (embedded), a name that tarn models lists, a .gguf file, or a Hugging Face folder.")
    private String model = ModelLocator.TINY;

    @Option(
            names = "--indexer",
            paramLabel = "FILE",
            description = "Lightning indexer (.safetensors); by default the one beside the model, else a random one.")
    private @Nullable Path indexer;

    @Option(
            names = "--threads",
            split = ",",
            paramLabel = "N,...",
            description = "Threads that compute; by default one for each core.")
    private List<Integer> threads = List.of(Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--depth",
            split = ",",
            paramLabel = "N,...",
            description =
                    "Decode behind so many tokens in the cache; by default 0,2048, or none if --prefill is given.")
    private @Nullable List<Integer> depths;

    @Option(
            names = "--prefill",
            split = ",",
            paramLabel = "N,...",
            description = "Run prompts of so many tokens; by default 512, or none if --depth is given.")
    private @Nullable List<Integer> prefills;

    @Option(
            names = "--precision",
            paramLabel = "exact|fast",
            description = "exact: float32 throughout. fast: rounded activations, f16 entries, int8 index keys.")
    private Precision precision = Precision.FAST;

    @Option(
            names = "--kv-type",
            paramLabel = "f32|f16|q8",
            description = "How keys and values are stored; by default f16 with fast and f32 with exact precision.")
    private @Nullable EntryType kvType;

    @Option(names = "--attention", paramLabel = "SPEC,...", description = "Attentions to measure.")
    private List<String> attentions = List.of("dense", "dsa:k=256");

    @Option(names = "--repetitions", paramLabel = "N", description = "Measured runs of each row.")
    private int repetitions = 5;

    @Option(names = "--tokens", paramLabel = "N", description = "Tokens decoded in each run, 32 or more.")
    private int tokens = 32;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description = "Measure a row after so long even if it still gets faster.")
    private int warmUp = 30;

    @Option(names = "--starts", paramLabel = "N", description = "Also time N starts of the program to its first token.")
    private int starts = 0;

    @Option(names = "--seed", paramLabel = "N", description = "Of random tokens, cache contents and weights.")
    private long seed = 1;

    @Option(
            names = "--make-model",
            paramLabel = "SHAPE:TYPE",
            description = "Write a model with random weights to --out instead, for example Llama-3.2-1B:Q4_0.")
    private @Nullable String makeModel;

    @Option(names = "--out", paramLabel = "FILE", description = "The .gguf file that --make-model writes.")
    private @Nullable OutputFile out;

    @Override
    protected void run(CommandContext context) throws Exception {
        if (makeModel != null) {
            make(context, makeModel);
        } else if (out != null) {
            throw new UsageException("--out is the file that --make-model writes; give both");
        } else {
            measure(context);
        }
    }

    private void make(CommandContext context, String what) {
        if (out == null) {
            throw new UsageException("--make-model needs --out FILE");
        }
        RandomModel random = parsed(what);
        try (var file = context.create(out);
                var progress = context.progress("writing " + what, random.bytes())) {
            random.write(file.temporary(), progress::step);
            file.commit();
        }
        if (context.json()) {
            context.document()
                    .put("name", random.name())
                    .put("bytes", random.bytes())
                    .printTo(context.console());
        } else {
            context.console().out().println(random.name() + " written to " + out.path());
        }
    }

    private RandomModel parsed(String what) {
        try {
            return RandomModel.parse(what, seed);
        } catch (EngineException e) {
            throw new UsageException("--make-model: " + e.getMessage());
        }
    }

    private void measure(CommandContext context) {
        boolean all = depths == null && prefills == null;
        List<Integer> decoded = all ? DEPTHS : depths == null ? List.of() : depths;
        List<Integer> prompts = all ? PREFILLS : prefills == null ? List.of() : prefills;
        // Filled in here so that the command's document shows what was used.
        EntryType entries = kvType == null ? precision.kvTypes().entries() : kvType;
        kvType = entries;
        BenchOptions options = Parsed.option(
                "bench",
                () -> new BenchOptions(
                        threads,
                        decoded,
                        prompts,
                        Parsed.attentions("--attention", attentions),
                        repetitions,
                        tokens,
                        warmUp,
                        precision.kvTypes().withEntries(entries),
                        seed));
        Path launcher = launcher();
        Path path = ModelLocator.find(model);
        Path indexerPath = indexer != null ? indexer : IndexerFile.beside(path);
        Kernels kernels = KernelProvider.select();
        try (ModelFile file = ModelFile.open(path);
                IndexerFile trained = indexerPath == null ? null : IndexerFile.open(indexerPath)) {
            BenchResult result;
            try (ProgressListener progress = new ProgressListener(context);
                    SpeedBench bench = new SpeedBench(
                            file,
                            trained,
                            n -> new CpuBackend(kernels, n, precision),
                            CpuCeilings::measure,
                            options,
                            progress)) {
                result = bench.run();
            }
            StartTimes started = launcher == null ? null : StartTimes.measure(launcher, model, starts);
            new BenchReport(file, options, result, started, kernels.vectorBits()).print(context);
        }
    }

    /** What starts the program, or null where no starts are to be timed. */
    private @Nullable Path launcher() {
        if (starts < 0) {
            throw new UsageException("--starts is " + starts + "; give 0 or more");
        }
        Path launcher = Path.of(System.getProperty("tarn.home", ""), "tarn");
        if (starts > 0 && !Files.isExecutable(launcher)) {
            throw new UsageException(
                    "--starts times the launcher, but " + launcher.toAbsolutePath() + " is none; run ./tarn bench");
        }
        return starts == 0 ? null : launcher;
    }
}
