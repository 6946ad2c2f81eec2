package dev.tarn.engine.synthesis;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.format.GgufWriter;
import dev.tarn.engine.format.TensorType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * A model of a published shape with random weights as a GGUF file that llama.cpp loads too. Weights have standard deviation
 * 1/√inputs, so that activations stay of order 1 through all layers. What it says means nothing; how fast, does.
 */
public final class RandomModel {
    private static final int QUANTISATION_VERSION = 2;
    private static final double LOW_TURNS = 1;
    private static final double HIGH_TURNS = 4;
    private static final double FIRST_CONTEXT = 8192;

    private final ModelShape shape;
    private final WeightMix mix;
    private final long seed;
    private final GgufWriter writer = new GgufWriter();

    /** A model; the same seed gives the same file. */
    public RandomModel(ModelShape shape, WeightMix mix, long seed) {
        this.shape = shape;
        this.mix = mix;
        this.seed = seed;
        describe();
        new MadeUpVocabulary(shape.vocabulary()).describe(writer, shape.preTokenizer());
        addTensors();
    }

    /**
     * A model written as {@code SHAPE:TYPE}.
     *
     * @throws EngineException naming what is known
     */
    public static RandomModel parse(String text, long seed) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new EngineException(
                    "'" + text + "' names no model to make; give SHAPE:TYPE, for example Llama-3.2-1B:Q4_0");
        }
        return new RandomModel(ModelShape.of(text.substring(0, colon)), WeightMix.of(text.substring(colon + 1)), seed);
    }

    /** The name that the file gives itself. */
    public String name() {
        return "random " + shape.name() + " " + mix.name();
    }

    /** Bytes of the weights. */
    public long bytes() {
        return writer.dataBytes();
    }

    /**
     * Writes the file.
     *
     * @param path a temporary name that the caller then changes
     * @param progress told how many further bytes of weights are written
     * @throws EngineException if it cannot be written
     */
    public void write(Path path, LongConsumer progress) {
        writer.write(path, progress);
    }

    private void describe() {
        String prefix = shape.architecture() + ".";
        writer.text("general.architecture", shape.architecture())
                .text("general.name", name())
                .integer("general.file_type", mix.fileType())
                .integer("general.quantization_version", QUANTISATION_VERSION)
                .integer(prefix + "vocab_size", shape.vocabulary())
                .integer(prefix + "context_length", shape.context())
                .integer(prefix + "embedding_length", shape.hidden())
                .integer(prefix + "block_count", shape.layers())
                .integer(prefix + "feed_forward_length", shape.feedForward())
                .integer(prefix + "attention.head_count", shape.heads())
                .integer(prefix + "attention.head_count_kv", shape.kvHeads())
                .integer(prefix + "attention.key_length", shape.headDim())
                .integer(prefix + "attention.value_length", shape.headDim())
                .integer(prefix + "rope.dimension_count", shape.headDim())
                .floating(prefix + "rope.freq_base", shape.ropeTheta())
                .floating(prefix + "attention.layer_norm_rms_epsilon", shape.normEps());
    }

    private void addTensors() {
        int hidden = shape.hidden();
        if (shape.ropeFactor() != 1) {
            writer.floats("rope_freqs.weight", ropeDivisors());
        }
        TensorType embedding = shape.tied() ? mix.output(hidden) : mix.matrix(hidden);
        matrix("token_embd", embedding, shape.vocabulary(), hidden);
        for (int layer = 0; layer < shape.layers(); layer++) {
            addLayer(layer, "blk." + layer + ".");
        }
        ones("output_norm", hidden);
        if (!shape.tied()) {
            matrix("output", mix.output(hidden), shape.vocabulary(), hidden);
        }
    }

    private void addLayer(int layer, String blk) {
        int hidden = shape.hidden();
        int queries = shape.heads() * shape.headDim();
        int entries = shape.kvHeads() * shape.headDim();
        int inner = shape.feedForward();
        ones(blk + "attn_norm", hidden);
        matrix(blk + "attn_q", mix.matrix(hidden), queries, hidden);
        matrix(blk + "attn_k", mix.matrix(hidden), entries, hidden);
        matrix(blk + "attn_v", mix.sensitive(layer, shape.layers(), hidden), entries, hidden);
        matrix(blk + "attn_output", mix.matrix(queries), hidden, queries);
        if (shape.normalisesHeads()) {
            ones(blk + "attn_q_norm", shape.headDim());
            ones(blk + "attn_k_norm", shape.headDim());
        }
        ones(blk + "ffn_norm", hidden);
        matrix(blk + "ffn_gate", mix.matrix(hidden), inner, hidden);
        matrix(blk + "ffn_up", mix.matrix(hidden), inner, hidden);
        matrix(blk + "ffn_down", mix.sensitive(layer, shape.layers(), inner), hidden, inner);
    }

    private void matrix(String name, TensorType type, int rows, int cols) {
        long own = seed * 31 + name.hashCode();
        writer.tensor(
                name + ".weight",
                type,
                new long[] {rows, cols},
                () -> new RandomWeights(type, 1 / Math.sqrt(cols), own));
    }

    private void ones(String name, int length) {
        float[] values = new float[length];
        Arrays.fill(values, 1);
        writer.floats(name + ".weight", values);
    }

    /** What Llama 3.1 divides each rotary frequency by: 1 for fast pairs, the factor for slow ones, a blend between. */
    private float[] ropeDivisors() {
        float[] divisors = new float[shape.headDim() / 2];
        for (int i = 0; i < divisors.length; i++) {
            double turns = FIRST_CONTEXT * Math.pow(shape.ropeTheta(), -2.0 * i / shape.headDim()) / (2 * Math.PI);
            double kept = Math.clamp((turns - LOW_TURNS) / (HIGH_TURNS - LOW_TURNS), 0, 1);
            divisors[i] = (float) (1 / (kept + (1 - kept) / shape.ropeFactor()));
        }
        return divisors;
    }
}
