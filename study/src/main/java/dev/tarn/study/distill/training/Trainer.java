package dev.tarn.study.distill.training;

import dev.tarn.engine.compute.AttentionShape;
import dev.tarn.engine.compute.cpu.Kernels;
import dev.tarn.engine.compute.cpu.Workers;
import dev.tarn.engine.model.architecture.Architecture;
import dev.tarn.study.distill.capture.CapturedWindow;
import dev.tarn.study.distill.capture.WindowReader;
import dev.tarn.study.distill.capture.WindowReaders;
import dev.tarn.study.distill.network.IndexerShape;
import dev.tarn.study.distill.network.InputScale;
import dev.tarn.study.distill.network.LayerActivations;
import dev.tarn.study.distill.network.LayerNetwork;
import dev.tarn.study.distill.network.Objective;
import dev.tarn.study.distill.network.RotaryTable;
import dev.tarn.study.distill.text.TrainingText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Trains the indexers of all layers. A round reads one new window and takes a few steps over windows of the pool; a step's work is
 * one task for each layer and window (or part of a window's queries), each with a gradient of its own, added up in a fixed order: the result does not depend on
 * the number of threads. {@link #snapshot} may be called from any thread, all else from one.
 */
public final class Trainer implements AutoCloseable {
    private static final float CLIP = 1;
    /** A window's queries are cut into up to so many parts where layers and windows alone make fewer tasks than {@link #TASKS}. */
    private static final int MOST_PARTS = 4;

    private static final int TASKS = 16;

    private final Kernels kernels;
    private final Workers workers;
    private final Architecture architecture;
    private final LayerPlan plan;
    private final IndexerShape shape;
    private final TrainingOptions options;
    private final LearningRate rate;
    private final WindowPool pool;
    private final LayerNetwork[] networks;
    private final Optimiser[] optimisers;
    private final float[][] gradients;
    private final LayerNetwork.Result[] results;
    private final long weights;
    private final int parts;
    private final Object lock = new Object();
    private TrainingState state;
    private int totalRounds;
    /** Operations that reading the newest window took, not yet counted in the state. */
    private double reading;

    /** Some queries of one window: a task for every layer. */
    private record Batch(PooledWindow source, int[] positions) {}

    /**
     * A trainer with random weights.
     *
     * @param readers of the backbone; they stay the caller's
     * @param weights the backbone's parameters without its embedding, for the count of operations
     * @param longest tokens of the longest window
     * @param rounds rounds of the whole run
     */
    public Trainer(
            WindowReaders readers,
            Architecture architecture,
            Kernels kernels,
            int threads,
            LayerPlan plan,
            IndexerShape shape,
            TrainingOptions options,
            TrainingText text,
            long weights,
            int longest,
            int rounds) {
        this.kernels = kernels;
        this.workers = new Workers(threads);
        this.architecture = architecture;
        this.plan = plan;
        this.shape = shape;
        this.options = options;
        this.rate = new LearningRate(options.learningRate());
        this.pool = new WindowPool(text, readers, options);
        this.weights = weights;
        this.totalRounds = rounds;
        AttentionShape attention = architecture.attention();
        RotaryTable rotary = new RotaryTable(shape, longest);
        networks = new LayerNetwork[threads];
        for (int i = 0; i < threads; i++) {
            networks[i] = new LayerNetwork(
                    kernels,
                    shape,
                    attention,
                    rotary,
                    options.objective().maxShare() > 0,
                    longest,
                    options.queriesPerWindow());
        }
        optimisers = new Optimiser[threads];
        for (int i = 0; i < threads; i++) {
            optimisers[i] = new Optimiser(kernels, shape, options.muon(), options.learningRate());
        }
        int whole = plan.groups().size() * options.windowsPerStep();
        parts = Math.clamp(TASKS / whole, 1, MOST_PARTS);
        int tasks = whole * parts;
        gradients = new float[tasks][shape.parameters()];
        results = new LayerNetwork.Result[tasks];
        state = TrainingState.random(shape, plan.groups().size(), options.seed());
    }

    /** Rounds done. */
    public int rounds() {
        return state.step / options.stepsPerWindow();
    }

    /** Rounds of the whole run. */
    public int totalRounds() {
        return totalRounds;
    }

    /** Gives the run another number of rounds, one more than are done at the least; the learning rate follows from here on. */
    public void plan(int rounds) {
        totalRounds = Math.max(rounds() + 1, rounds);
    }

    /** Continues from a checkpoint, which may lie inside a round: its weights, and a pool as it was then. */
    public void resume(Path checkpoint, String fingerprint) {
        state = Checkpoint.read(checkpoint, fingerprint, shape, plan.groups().size());
        int begun = Math.ceilDiv(state.step, options.stepsPerWindow());
        for (int index = Math.max(0, begun - options.pool()); index < begun; index++) {
            pool.add(index, begun);
        }
    }

    /** Runs rounds until all are done. */
    public void run(TrainingListener listener) {
        while (rounds() < totalRounds) {
            long start = System.nanoTime();
            if (state.step % options.stepsPerWindow() == 0) {
                reading = WindowReader.operations(architecture, weights, pool.add(rounds(), totalRounds));
                if (state.step == 0) {
                    scaleInputs(pool.newest());
                }
            }
            do {
                step();
            } while (state.step % options.stepsPerWindow() != 0);
            state.seconds += (System.nanoTime() - start) * 1e-9;
            listener.advanced(this);
        }
    }

    private void scaleInputs(CapturedWindow window) {
        workers.run(plan.groups().size(), (place, worker) -> {
            LayerActivations layer = window.layer(plan.groups().get(place).getFirst());
            state.inputScale[place] = InputScale.of(layer, window.tokens(), shape.hidden());
        });
    }

    private void step() {
        RandomGenerator random =
                RandomGeneratorFactory.of("L64X128MixRandom").create(options.seed() * 15_485_863 + state.step);
        List<Batch> batches = new ArrayList<>();
        for (PooledWindow window : pool.draw(random)) {
            int[] positions = window.draw(random, options.queriesPerWindow(), options.tailQueries());
            for (int part = 0; part < Math.min(parts, positions.length); part++) {
                batches.add(new Batch(window, everyNth(positions, part)));
            }
        }
        int queries =
                batches.stream().mapToInt(batch -> batch.positions().length).sum();
        double done = (double) state.step / (totalRounds * options.stepsPerWindow());
        Objective objective = options.objectiveAt(done);
        int layers = plan.groups().size();
        // The longest tasks first, so that no thread is left with one at the end.
        batches.sort((a, b) -> Integer.compare(
                b.source().window().tokens(), a.source().window().tokens()));
        workers.run(layers * batches.size(), (task, worker) -> {
            Arrays.fill(gradients[task], 0);
            results[task] = train(
                    networks[worker],
                    batches.get(task / layers),
                    task % layers,
                    objective,
                    1f / queries,
                    gradients[task]);
        });
        synchronized (lock) {
            float now = rate.at(done + 1.0 / (totalRounds * options.stepsPerWindow()));
            state.step++;
            state.operations += reading;
            reading = 0;
            workers.run(layers, (layer, worker) -> update(layer, worker, batches.size(), now));
            for (int layer = 0; layer < layers; layer++) {
                measure(layer, batches, queries);
            }
        }
    }

    /** Positions part, part + parts, …: all parts reach about as far. */
    private int[] everyNth(int[] positions, int part) {
        return IntStream.range(0, positions.length)
                .filter(i -> i % parts == part)
                .map(i -> positions[i])
                .toArray();
    }

    private LayerNetwork.Result train(
            LayerNetwork network, Batch batch, int place, Objective objective, float queryWeight, float[] into) {
        CapturedWindow window = batch.source().window();
        List<Integer> group = plan.groups().get(place);
        List<LayerActivations> targets = group.stream().map(window::layer).toList();
        return network.train(
                InputScale.scaled(targets.getFirst(), state.inputScale[place]),
                targets,
                state.parameters[place],
                batch.positions(),
                objective,
                queryWeight,
                state.usualMass[place] == 0 ? 1 : state.usualMass[place],
                into);
    }

    /** Adds up the windows' gradients, clips and steps. */
    private void update(int layer, int worker, int batches, float now) {
        int layers = plan.groups().size();
        float[] sum = gradients[layer];
        for (int batch = 1; batch < batches; batch++) {
            kernels.add(sum, 0, gradients[batch * layers + layer], 0, sum.length);
        }
        float norm = (float) Math.sqrt(kernels.sumOfSquares(sum, 0, sum.length));
        optimisers[worker].step(
                state.parameters[layer],
                sum,
                Math.min(1, CLIP / Math.max(norm, 1e-9f)),
                state.firstMoments[layer],
                state.secondMoments[layer],
                now,
                state.step);
    }

    private void measure(int layer, List<Batch> batches, int queries) {
        int layers = plan.groups().size();
        double loss = 0;
        double mass = 0;
        int measured = 0;
        for (int batch = 0; batch < batches.size(); batch++) {
            LayerNetwork.Result result = results[batch * layers + layer];
            loss += result.loss();
            measured += result.measured();
            mass += result.mass();
            state.operations += LayerNetwork.operations(
                    shape,
                    architecture.attention(),
                    plan.groups().get(layer).size(),
                    batches.get(batch).positions(),
                    batches.get(batch).source().window().tokens());
        }
        state.measured(layer, loss / measured, mass / queries);
    }

    /** What has been reached so far. */
    public TrainedIndexer snapshot() {
        synchronized (lock) {
            return new TrainedIndexer(
                    shape,
                    plan,
                    options,
                    IntStream.range(0, state.parameters.length)
                            .mapToObj(i -> InputScale.folded(shape, state.parameters[i], state.inputScale[i]))
                            .toList(),
                    state.step,
                    state.operations,
                    state.seconds,
                    Arrays.stream(state.usualMass).boxed().toList(),
                    Arrays.stream(state.loss).boxed().toList());
        }
    }

    /** Writes what {@link #resume} reads; from any thread. */
    public void checkpoint(Path path, String fingerprint) {
        synchronized (lock) {
            Checkpoint.write(path, fingerprint, state);
        }
    }

    @Override
    public void close() {
        pool.close();
        workers.close();
    }
}
